import type { Statement } from '@babel/types';
import { LIST_ADDS, RELEASES, TRY_OF } from '../names.js';
import type { Operator } from '../operator.js';
import type { Source } from '../source.js';
import {
  below,
  functionName,
  leaveOut,
  replace,
  statementsOf,
  stepOf,
  stepsOf,
  swap,
  type Step,
} from '../syntax.js';
import { changesList } from './lists.js';

/** Marking a page that is marked already changes nothing. */
const TWICE = new Set(['get', 'put', 'clearPageMovable', ...RELEASES]);

const REFERENCES = new Set(['get', 'put']);

/** Mistakes with steps of any kind: left out, done twice, in the wrong order. */
export const stepOperators: readonly Operator[] = [
  {
    id: 'do-twice',
    title: 'does a step twice',
    clauses: ['RULE-17', 'RULE-37', 'RULE-40'],
    *breaks(source) {
      for (const step of stepsOf(source)) {
        if (!noticedTwice(source, step)) continue;
        const text = source.textOf(step.statement);
        const twice = `${text} ${text}`;
        const inBlock = source.siblings(step.statement).length > 0;
        yield { at: step.statement, edits: [replace(step.statement, inBlock ? twice : `{ ${twice} }`)] };
      }
    },
  },
  {
    id: 'swap-steps',
    title: 'does two steps in the wrong order',
    clauses: ['RULE-32', 'RULE-46', 'RULE-51'],
    *breaks(source) {
      for (const step of stepsOf(source)) {
        const after = stepOf(below(source, step.statement));
        if (!step.runs || after?.runs !== true) continue;
        if (source.textOf(step.statement) === source.textOf(after.statement)) continue;
        // Letting go of two locks in another order is no mistake.
        if (RELEASES.has(step.name) && RELEASES.has(after.name)) continue;
        if (step.name in TRY_OF && RELEASES.has(after.name)) continue;
        // Counting a reference under a lock that it need not be under is none either.
        if (REFERENCES.has(step.name) && after.name in TRY_OF) continue;
        yield { at: step.statement, edits: swap(source, step.statement, after.statement) };
      }
    },
  },
  {
    id: 'drop-count',
    title: 'does not count',
    clauses: ['RULE-37', 'RULE-43'],
    *breaks(source) {
      for (const statement of statementsOf(source))
        if (counts(statement)) yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'drop-store',
    title: 'does not write a field',
    clauses: ['RULE-21', 'RULE-32', 'RULE-44'],
    *breaks(source) {
      for (const statement of statementsOf(source))
        if (stores(statement)) yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'drop-step',
    title: 'leaves out a step of its own',
    clauses: ['RULE-19', 'RULE-33', 'RULE-34'],
    *breaks(source) {
      for (const { runs, name, statement } of stepsOf(source)) {
        // A lock that is not taken and yet let go of is two mistakes.
        if (runs && !(name in TRY_OF)) yield { at: statement, edits: [leaveOut(source, statement)] };
      }
    },
  },
];

/** Whether doing a step once more makes a difference that the contract speaks of. */
function noticedTwice(source: Source, step: Step): boolean {
  if (step.runs && TWICE.has(step.name)) return true;
  const around = source.functionAround(step.statement)!;
  if (step.runs) return functionName(source, around) === 'putbackPage' && !(step.name in TRY_OF);
  return changesList(step, LIST_ADDS) && !isKeyed(source, step);
}

/** Whether a step puts something into a Set or Map, which does not notice what it has already. */
function isKeyed(source: Source, { receiver }: Step): boolean {
  const name = /[\w$]+$/.exec(source.textOf(receiver!))?.[0] ?? '';
  return new RegExp(`\\b${name}\\b[^;]*?=[^;]*?new (?:Set|Map)\\b`).test(source.text);
}

function counts(statement: Statement): boolean {
  const step = stepOf(statement);
  if (step?.runs === true && step.receiver !== null && /^(?:add|fetchAdd)$/.test(step.name)) return true;
  if (statement.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  if (expression.type === 'UpdateExpression') return expression.argument.type === 'MemberExpression';
  return (
    expression.type === 'AssignmentExpression' &&
    expression.operator !== '=' &&
    expression.left.type === 'MemberExpression'
  );
}

function stores(statement: Statement): boolean {
  const step = stepOf(statement);
  if (step?.runs === true && step.receiver !== null && step.name === 'store') return true;
  if (statement.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  return (
    expression.type === 'AssignmentExpression' &&
    expression.operator === '=' &&
    expression.left.type === 'MemberExpression'
  );
}
