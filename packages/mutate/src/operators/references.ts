import type { Operator } from '../operator.js';
import { leaveOut, stepsOf } from '../syntax.js';

/** Mistakes with references on pages. */
export const referenceOperators: readonly Operator[] = [
  {
    id: 'skip-get',
    title: 'does not take a reference',
    clauses: ['RULE-19', 'RULE-51'],
    *breaks(source) {
      for (const { name, runs, statement } of stepsOf(source))
        if (runs && name === 'get') yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'skip-put',
    title: 'does not drop a reference',
    clauses: ['RULE-19', 'RULE-45'],
    *breaks(source) {
      for (const { name, runs, statement } of stepsOf(source))
        if (runs && name === 'put') yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
];
