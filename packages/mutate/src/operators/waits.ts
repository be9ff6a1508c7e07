import type { Node } from '@babel/types';
import { WAITS, WAKES } from '../names.js';
import type { Operator } from '../operator.js';
import { isFunction, type Source } from '../source.js';
import { leaveOut, replace, statementsOf, stepsOf } from '../syntax.js';

/** Mistakes with waiting and waking. */
export const waitOperators: readonly Operator[] = [
  {
    id: 'forget-wake',
    title: 'wakes nobody',
    clauses: ['RULE-43', 'RULE-39'],
    *breaks(source) {
      for (const { name, runs, statement } of stepsOf(source))
        if (runs && WAKES.has(name)) yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'drop-wait',
    title: 'does not wait',
    clauses: ['RULE-43', 'RULE-52'],
    *breaks(source) {
      for (const { name, runs, statement } of stepsOf(source))
        if (runs && WAITS.has(name)) yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'look-once',
    title: 'looks once where it should look again',
    clauses: ['RULE-43', 'RULE-52'],
    *breaks(source) {
      for (const statement of statementsOf(source)) {
        if (statement.type !== 'WhileStatement') continue;
        const inside = [...ownNodes(source, statement)];
        const waits = inside.some(({ type }) => type === 'YieldExpression');
        const leaves = inside.some(({ type }) => type === 'BreakStatement' || type === 'ContinueStatement');
        const { start } = statement;
        if (waits && !leaves)
          yield { at: statement, edits: [{ start: start!, end: start! + 'while'.length, text: 'if' }] };
      }
      for (const { name, receiver, call, statement } of stepsOf(source)) {
        const condition = call.arguments[0];
        if (name !== 'waitEvent' || receiver === null || condition === undefined) continue;
        const queue = source.textOf(receiver);
        const once = `if (!(yield* (${source.textOf(condition)})())) { yield* ${queue}.prepareToWait(); yield* ${queue}.sleep(); }`;
        yield { at: statement, edits: [replace(statement, once)] };
      }
    },
  },
];

/** Nodes of a loop that are neither in a loop of their own nor in a function. */
function* ownNodes(source: Source, node: Node): Generator<Node> {
  for (const child of source.within(node)) {
    let at = source.parentOf(child);
    while (at !== node && at !== null && !isFunction(at) && !/^(?:For|While|DoWhile|Switch)/.test(at.type))
      at = source.parentOf(at);
    if (at === node) yield child;
  }
}
