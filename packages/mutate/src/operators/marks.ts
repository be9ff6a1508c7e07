import type { Operator } from '../operator.js';
import { leaveOut, stepsOf } from '../syntax.js';

/** Mistakes with the mark that makes a page movable. */
export const markOperators: readonly Operator[] = [
  {
    id: 'forget-clear',
    title: 'does not let go of a page',
    clauses: ['RULE-17', 'RULE-38'],
    *breaks(source) {
      for (const { name, statement } of stepsOf(source))
        if (name === 'clearPageMovable') yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'forget-set',
    title: 'does not mark a page movable',
    clauses: ['RULE-18'],
    *breaks(source) {
      for (const { name, statement } of stepsOf(source))
        if (name === 'setPageMovable') yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
];
