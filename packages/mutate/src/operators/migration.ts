import type { IfStatement } from '@babel/types';
import type { Break, Operator } from '../operator.js';
import type { Source } from '../source.js';
import {
  functionName,
  leaveOut,
  movedPages,
  replace,
  statementsOf,
  stepOf,
  stepsOf,
  swap,
  type MovedPages,
  type Step,
} from '../syntax.js';

const ON_A_PAGE = new Set(['get', 'put']);
const OF_A_PAGE = new Set(['setPageMovable', 'clearPageMovable']);
const OF_BOTH = new Set(['copyPage']);

/** Mistakes when a page moves. */
export const migrationOperators: readonly Operator[] = [
  {
    id: 'drop-copy',
    title: 'does not copy the contents',
    clauses: ['RULE-20'],
    *breaks(source) {
      for (const { name, statement } of stepsOf(source))
        if (OF_BOTH.has(name)) yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'keep-old-target',
    title: 'leaves what led to the old page where it was',
    clauses: ['RULE-21', 'RULE-22'],
    *breaks(source) {
      for (const statement of statementsOf(source)) {
        const pages = movedPages(source, source.functionAround(statement));
        if (pages === null || statement.type !== 'ExpressionStatement') continue;
        const step = stepOf(statement);
        const { expression } = statement;
        const given =
          expression.type === 'AssignmentExpression' ? [expression.right] : (step?.call.arguments ?? []);
        if (step !== null && (OF_A_PAGE.has(step.name) || OF_BOTH.has(step.name))) continue;
        for (const node of given)
          if (node.type === 'Identifier' && node.name === pages.newPage)
            yield { at: node, edits: [replace(node, pages.oldPage)] };
      }
    },
  },
  {
    id: 'wrong-page',
    title: 'takes one of the two pages for the other',
    clauses: ['RULE-17', 'RULE-18', 'RULE-19', 'RULE-20'],
    *breaks(source) {
      for (const step of stepsOf(source)) {
        const pages = movedPages(source, source.functionAround(step.statement));
        if (pages !== null) yield* mixedUp(source, step, pages);
      }
    },
  },
  {
    id: 'drop-mode-check',
    title: 'does not look at the mode',
    clauses: ['RULE-08', 'RULE-26', 'RULE-27', 'RULE-28'],
    *breaks(source) {
      for (const statement of guardsOf(source))
        if (looksAtMode(source, statement)) yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
  {
    id: 'drop-guard',
    title: 'goes on where it should turn back',
    clauses: ['RULE-10', 'RULE-12', 'RULE-23', 'RULE-44'],
    *breaks(source) {
      for (const statement of guardsOf(source))
        if (!looksAtMode(source, statement)) yield { at: statement, edits: [leaveOut(source, statement)] };
    },
  },
];

function* mixedUp(source: Source, step: Step, { newPage, oldPage }: MovedPages): Generator<Break> {
  const other: Readonly<Record<string, string>> = { [newPage]: oldPage, [oldPage]: newPage };
  const [first, second] = step.call.arguments;
  const page = ON_A_PAGE.has(step.name) ? step.receiver : OF_A_PAGE.has(step.name) ? first : undefined;
  const instead = page?.type === 'Identifier' ? other[page.name] : undefined;
  if (instead !== undefined) yield { at: step.statement, edits: [replace(page!, instead)] };
  if (OF_BOTH.has(step.name) && first !== undefined && second !== undefined)
    yield { at: step.statement, edits: swap(source, first, second) };
}

/** Each `if` that only turns back, and whose condition is no operation. */
function* guardsOf(source: Source): Generator<IfStatement> {
  for (const statement of statementsOf(source)) {
    if (statement.type !== 'IfStatement' || statement.alternate) continue;
    const { consequent } = statement;
    const body = consequent.type === 'BlockStatement' ? consequent.body : [consequent];
    const turnsBack = body.length === 1 && /^(?:Return|Break|Continue)Statement$/.test(body[0]!.type);
    const operation = [statement.test, ...source.within(statement.test)].some(
      ({ type }) => type === 'YieldExpression',
    );
    if (turnsBack && !operation) yield statement;
  }
}

/** The parameter of each callback that holds the mode, counted from the end of what the contracts declare. */
function looksAtMode(source: Source, { test }: IfStatement): boolean {
  const around = source.functionAround(test);
  const callback = around === null ? '' : functionName(source, around);
  const last = around?.params.at(-1);
  const declared = last?.type === 'Identifier' && /^(?:isolate|migrate)Page$/.test(callback) ? last.name : '';
  const mode = callback === 'isolatePage' && around!.params.length < 2 ? '' : declared;
  return [test, ...source.within(test)].some(
    (node) =>
      node.type === 'Identifier' &&
      (node.name === 'MigrateMode' || node.name === 'IsolateMode' || (mode !== '' && node.name === mode)),
  );
}
