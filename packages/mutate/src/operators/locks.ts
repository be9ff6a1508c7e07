import type { Statement } from '@babel/types';
import { RELEASES, TRY_OF, WAITING_OF } from '../names.js';
import type { Break, Operator } from '../operator.js';
import type { Source } from '../source.js';
import {
  above,
  below,
  leaveOut,
  operationsOf,
  replace,
  stepOf,
  stepsOf,
  swap,
  type Call,
} from '../syntax.js';

const takes = ({ name, runs }: Call): boolean => runs && name in TRY_OF;
const tries = ({ name, runs }: Call): boolean => runs && name in WAITING_OF;
const releases = ({ name, runs }: Call): boolean => runs && RELEASES.has(name);

/** Mistakes with locks. */
export const lockOperators: readonly Operator[] = [
  {
    id: 'drop-release',
    title: 'keeps a lock',
    clauses: ['RULE-15', 'RULE-42', 'RULE-50'],
    *breaks(source) {
      for (const step of stepsOf(source))
        if (releases(step)) yield { at: step.statement, edits: [leaveOut(source, step.statement)] };
    },
  },
  {
    id: 'drop-lock',
    title: 'does without a lock in one function',
    clauses: ['RULE-01', 'RULE-09', 'RULE-52'],
    *breaks(source) {
      for (const use of lockUses(source)) {
        const edits = use.map((call) => {
          const statement = stepOf(source.parentOf(call.node) ?? undefined)?.statement;
          if (tries(call)) return replace(call.node, 'true');
          return statement === undefined ? replace(call.node, 'undefined') : leaveOut(source, statement);
        });
        yield { at: use[0]!.node, edits };
      }
    },
  },
  {
    id: 'release-early',
    title: 'lets go of a lock one statement too early',
    clauses: ['RULE-02', 'RULE-09', 'RULE-38'],
    *breaks(source) {
      for (const step of stepsOf(source)) {
        const before = above(source, step.statement);
        if (!releases(step) || before === undefined || !canMove(before)) continue;
        const other = stepOf(before);
        if (other !== null && (releases(other) || takes(other))) continue;
        yield { at: before, edits: swap(source, before, step.statement) };
      }
    },
  },
  {
    id: 'acquire-late',
    title: 'takes a lock one statement too late',
    clauses: ['RULE-01', 'RULE-09', 'RULE-52'],
    *breaks(source) {
      for (const step of stepsOf(source)) {
        const after = below(source, step.statement);
        if (!takes(step) || after === undefined || !canMove(after)) continue;
        const other = stepOf(after);
        if (other !== null && (releases(other) || takes(other))) continue;
        yield { at: step.statement, edits: swap(source, step.statement, after) };
      }
    },
  },
  {
    id: 'wait-for-lock',
    title: 'waits for a lock that it should only try',
    clauses: ['RULE-26', 'RULE-41', 'RULE-46', 'RULE-50'],
    *breaks(source) {
      for (const call of operationsOf(source)) {
        if (!tries(call)) continue;
        const { start, end } = call.nameNode;
        const waiting = { start: start!, end: end!, text: WAITING_OF[call.name]! };
        const statement = stepOf(source.parentOf(call.node) ?? undefined);
        yield { at: call.node, edits: statement === null ? asTrue(call, waiting) : [waiting] };
      }
    },
  },
  {
    id: 'try-for-granted',
    title: 'goes on as if a lock that it tried were taken',
    clauses: ['RULE-23', 'RULE-46', 'RULE-50'],
    *breaks(source) {
      for (const call of operationsOf(source))
        if (tries(call) && stepOf(source.parentOf(call.node) ?? undefined) === null)
          yield { at: call.node, edits: asTrue(call) };
    },
  },
  {
    id: 'try-and-ignore',
    title: 'tries a lock that it has to wait for, and goes on without',
    clauses: ['RULE-01', 'RULE-09', 'RULE-52'],
    *breaks(source) {
      for (const step of stepsOf(source))
        if (takes(step)) yield { at: step.statement, edits: [replace(step.nameNode, TRY_OF[step.name]!)] };
    },
  },
];

/** What a function does with one lock, for each function and each lock that it takes itself. */
function lockUses(source: Source): Call[][] {
  const uses = new Map<unknown, Map<string, Call[]>>();
  for (const call of operationsOf(source)) {
    if (call.receiver === null || !(takes(call) || tries(call) || releases(call))) continue;
    const around = source.functionAround(call.node);
    const locks = uses.get(around) ?? new Map<string, Call[]>();
    uses.set(around, locks);
    const name = source.textOf(call.receiver);
    locks.set(name, [...(locks.get(name) ?? []), call]);
  }
  return [...uses.values()]
    .flatMap((locks) => [...locks.values()])
    .filter((calls) => calls.some((call) => !releases(call)));
}

/** Statements that may stand elsewhere in their block without making nonsense of it. */
function canMove({ type }: Statement): boolean {
  return /^(?:Expression|If|While|For|ForOf)Statement$|^VariableDeclaration$/.test(type);
}

/** An operation whose answer is taken to be yes. */
function asTrue({ node }: Call, ...more: Break['edits']): Break['edits'] {
  return [
    { start: node.start!, end: node.start!, text: '((' },
    ...more,
    { start: node.end!, end: node.end!, text: '), true)' },
  ];
}
