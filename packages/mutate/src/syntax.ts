import type {
  CallExpression,
  Expression,
  ExpressionStatement,
  Function as FunctionNode,
  Node,
  Statement,
} from '@babel/types';
import type { Edit } from './edit.js';
import type { Source } from './source.js';

/** A call by its name: `yield* this.lock.acquire()`, `copyPage(a, b)`. */
export interface Call {
  /** The whole of it, with its `yield*`. */
  readonly node: Expression;
  readonly call: CallExpression;
  /** Of the function or method. */
  readonly name: string;
  /** Where the name stands. */
  readonly nameNode: Node;
  /** What the method is called on; null for a function. */
  readonly receiver: Expression | null;
  /** It is an operation, run with `yield*`. */
  readonly runs: boolean;
}

/** A statement that is one call. */
export interface Step extends Call {
  readonly statement: ExpressionStatement;
}

/** The call that an expression is, or null. */
function callOf(node: Node): Call | null {
  const runs = node.type === 'YieldExpression' && node.delegate;
  const call = runs ? node.argument : node;
  if (call?.type !== 'CallExpression') return null;
  const base = { node: node as Expression, call, runs };
  const { callee } = call;
  if (callee.type === 'Identifier') return { ...base, name: callee.name, nameNode: callee, receiver: null };
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier' || callee.computed)
    return null;
  const { property, object } = callee;
  return { ...base, name: property.name, nameNode: property, receiver: object as Expression };
}

/** The step that a statement is, or null. */
export function stepOf(statement: Node | undefined): Step | null {
  if (statement?.type !== 'ExpressionStatement') return null;
  const call = callOf(statement.expression);
  return call === null ? null : { ...call, statement };
}

/** Every statement inside a function that is not a constructor: what is built once is not what the contract is about. */
export function* statementsOf(source: Source): Generator<Statement> {
  for (const node of source.nodes) {
    if (!/Statement$|^VariableDeclaration$/.test(node.type) || node.type === 'BlockStatement') continue;
    if (inBody(source, node)) yield node as Statement;
  }
}

/** Every step inside a function. */
export function* stepsOf(source: Source): Generator<Step> {
  for (const statement of statementsOf(source)) {
    const step = stepOf(statement);
    if (step !== null) yield step;
  }
}

/** Every operation inside a function, whatever is done with what it gives. */
export function* operationsOf(source: Source): Generator<Call> {
  for (const node of source.nodes) {
    const call = node.type === 'YieldExpression' ? callOf(node) : null;
    if (call !== null && inBody(source, node)) yield call;
  }
}

function inBody(source: Source, node: Node): boolean {
  const around = source.functionAround(node);
  return around !== null && functionName(source, around) !== 'constructor';
}

/** The name that a function is called by: its own, or that of the field or variable that it is put into. */
export function functionName(source: Source, node: FunctionNode): string {
  const key = 'key' in node ? node.key : 'id' in node && node.id ? node.id : keyOf(source.parentOf(node));
  return key?.type === 'Identifier' ? key.name : '';
}

function keyOf(parent: Node | null): Node | null {
  if (parent?.type === 'ObjectProperty' || parent?.type === 'ClassProperty') return parent.key;
  return parent?.type === 'VariableDeclarator' ? parent.id : null;
}

/** The two pages of a `migratePage` of either contract. */
export interface MovedPages {
  readonly newPage: string;
  readonly oldPage: string;
}

/** The names of the two pages, if a function is a `migratePage`. */
export function movedPages(source: Source, node: FunctionNode | null): MovedPages | null {
  if (node === null || functionName(source, node) !== 'migratePage') return null;
  const names = node.params.map((param) => (param.type === 'Identifier' ? param.name : ''));
  // A callback of three parameters may be either contract's, with its last one left out.
  const second = /^(?:old|src|source|from)/i.test(names[1] ?? '');
  const [newPage, oldPage] = second ? names : names.slice(1);
  return newPage && oldPage ? { newPage, oldPage } : null;
}

/** Leaves a statement out. */
export function leaveOut(source: Source, statement: Node): Edit {
  return replace(statement, source.siblings(statement).length > 0 ? '' : ';');
}

/** Puts a text in the place of a node. */
export function replace(node: Node, text: string): Edit {
  return { start: node.start!, end: node.end!, text };
}

/** Lets two neighbours change places. */
export function swap(source: Source, first: Node, second: Node): Edit[] {
  return [replace(first, source.textOf(second)), replace(second, source.textOf(first))];
}

/** The statement below one, in its block. */
export function below(source: Source, statement: Statement): Statement | undefined {
  const all = source.siblings(statement);
  return all[all.indexOf(statement) + 1];
}

/** The statement above one, in its block. */
export function above(source: Source, statement: Statement): Statement | undefined {
  const all = source.siblings(statement);
  return all[all.indexOf(statement) - 1];
}
