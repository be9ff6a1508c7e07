import { LIST_ADDS, LIST_REMOVES } from '../names.js';
import type { Operator } from '../operator.js';
import { leaveOut, stepsOf, type Step } from '../syntax.js';

/** Whether a step changes a collection by one of these methods; counters are told by the name they count under. */
export function changesList(step: Step, methods: ReadonlySet<string>): boolean {
  const counts = /^(?:String|Template)Literal$/.test(step.call.arguments[0]?.type ?? '');
  return step.receiver !== null && !step.runs && methods.has(step.name) && !(counts && step.name === 'add');
}

/** Mistakes with lists and other collections. */
export const listOperators: readonly Operator[] = [
  {
    id: 'drop-list-add',
    title: 'does not put something on a list',
    clauses: ['RULE-21', 'RULE-34', 'RULE-37'],
    *breaks(source) {
      for (const step of stepsOf(source))
        if (changesList(step, LIST_ADDS))
          yield { at: step.statement, edits: [leaveOut(source, step.statement)] };
    },
  },
  {
    id: 'drop-list-remove',
    title: 'does not take something off a list',
    clauses: ['RULE-13', 'RULE-37', 'RULE-39'],
    *breaks(source) {
      for (const step of stepsOf(source))
        if (changesList(step, LIST_REMOVES))
          yield { at: step.statement, edits: [leaveOut(source, step.statement)] };
    },
  },
];
