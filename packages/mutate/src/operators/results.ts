import type { Expression, Node, ReturnStatement } from '@babel/types';
import type { Operator } from '../operator.js';
import type { Source } from '../source.js';
import { functionName, replace, statementsOf } from '../syntax.js';

/** An error that a driver says in the place of another: the passing reason for the lasting one, and the other way round. */
const OTHER: Readonly<Record<string, string>> = { EAGAIN: 'EBUSY' };
const OTHER_NUMBER: Readonly<Record<number, number>> = { 11: 16 };

/** Mistakes with what callbacks return. */
export const resultOperators: readonly Operator[] = [
  {
    id: 'flip-isolate',
    title: 'isolatePage says the opposite',
    clauses: ['RULE-09', 'RULE-10'],
    *breaks(source) {
      for (const { argument } of returnsOf(source, 'isolatePage')) {
        const said =
          argument.type === 'BooleanLiteral' ? String(!argument.value) : `!(${source.textOf(argument)})`;
        yield { at: argument, edits: [replace(argument, said)] };
      }
    },
  },
  {
    id: 'wrong-errno',
    title: 'gives the wrong error',
    clauses: ['RULE-24', 'RULE-28'],
    *breaks(source) {
      for (const error of errorsOf(source)) {
        if (error.name !== undefined)
          yield {
            at: error.node,
            edits: [replace(error.name, OTHER[source.textOf(error.name)] ?? 'EAGAIN')],
          };
        else yield { at: error.node, edits: [replace(error.node, `-${OTHER_NUMBER[error.number!] ?? 11}`)] };
      }
    },
  },
  {
    id: 'success-for-failure',
    title: 'says that a failure was a success',
    clauses: ['RULE-16', 'RULE-17', 'RULE-28'],
    *breaks(source) {
      for (const { node } of errorsOf(source)) yield { at: node, edits: [replace(node, '0')] };
    },
  },
  {
    id: 'failure-for-success',
    title: 'says that a success was a failure',
    clauses: ['RULE-19', 'RULE-23', 'RULE-24'],
    *breaks(source) {
      for (const { argument } of returnsOf(source, 'migratePage'))
        if (isSuccess(argument)) yield { at: argument, edits: [replace(argument, '-11')] };
    },
  },
];

function* returnsOf(
  source: Source,
  callback?: string,
): Generator<ReturnStatement & { argument: Expression }> {
  for (const statement of statementsOf(source)) {
    if (statement.type !== 'ReturnStatement' || !statement.argument) continue;
    const around = source.functionAround(statement)!;
    if (callback === undefined || (functionName(source, around) === callback && around.generator === true))
      yield statement as ReturnStatement & { argument: Expression };
  }
}

function isSuccess(node: Expression): boolean {
  return (
    (node.type === 'Identifier' && node.name === 'MIGRATEPAGE_SUCCESS') ||
    (node.type === 'NumericLiteral' && node.value === 0)
  );
}

/** Negative errors that something returns: `-Errno.EAGAIN`, or `-11` in migratePage. */
function* errorsOf(source: Source): Generator<{ node: Node; name?: Node; number?: number }> {
  for (const statement of returnsOf(source)) {
    const numbers = functionName(source, source.functionAround(statement)!) === 'migratePage';
    for (const node of [statement.argument, ...source.within(statement.argument)]) {
      if (node.type !== 'UnaryExpression' || node.operator !== '-') continue;
      const { argument } = node;
      if (argument.type === 'MemberExpression' && source.textOf(argument.object) === 'Errno')
        yield { node, name: argument.property };
      else if (numbers && argument.type === 'NumericLiteral') yield { node, number: argument.value };
    }
  }
}
