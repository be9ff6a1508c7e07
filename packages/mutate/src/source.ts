import { parse, type ParserPlugin } from '@babel/parser';
import type { Comment, File, Function as FunctionNode, Node, Statement } from '@babel/types';
import { MutateError } from './errors.js';

/** A file of a driver, parsed. */
export class Source {
  readonly ast: File;
  /** Every node, in the order of the text, outer before inner. */
  readonly nodes: readonly Node[];
  private readonly parents = new Map<Node, Node>();
  private readonly lineStarts: readonly number[];

  /**
   * @param path Absolute.
   * @param name As it stands in reports.
   * @throws MutateError `MP_CANNOT_PARSE`.
   */
  constructor(
    readonly path: string,
    readonly name: string,
    readonly text: string,
  ) {
    this.ast = parsed(path, name, text);
    this.lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    const nodes: Node[] = [];
    this.collect(this.ast.program, nodes);
    this.nodes = nodes;
  }

  get comments(): readonly Comment[] {
    return this.ast.comments ?? [];
  }

  parentOf(node: Node): Node | null {
    return this.parents.get(node) ?? null;
  }

  textOf(node: Node): string {
    return this.text.slice(node.start!, node.end!);
  }

  /** Number of the line that an offset is on, from 1. */
  lineAt(offset: number): number {
    let line = this.lineStarts.findIndex((start) => start > offset);
    if (line < 0) line = this.lineStarts.length;
    return line;
  }

  /** The whole lines that a piece of the text touches. */
  lines(start: number, end: number): { start: number; end: number } {
    const first = this.lineStarts[this.lineAt(start) - 1]!;
    const after = this.lineStarts[this.lineAt(end)];
    return { start: first, end: after === undefined ? this.text.length : after - 1 };
  }

  /** The nearest function around a node. */
  functionAround(node: Node): FunctionNode | null {
    for (let at = this.parentOf(node); at !== null; at = this.parentOf(at)) if (isFunction(at)) return at;
    return null;
  }

  /** The nearest statement around a node, itself included, that stands in a block. */
  statementAround(node: Node): Statement | null {
    for (let at: Node | null = node; at !== null; at = this.parentOf(at))
      if (this.siblings(at).length > 0) return at as Statement;
    return null;
  }

  /** The statements of the block that a statement stands in, itself included; none if it stands in no block. */
  siblings(statement: Node): readonly Statement[] {
    const parent = this.parentOf(statement);
    if (parent?.type === 'BlockStatement') return parent.body;
    if (parent?.type === 'SwitchCase' && parent.test !== statement) return parent.consequent;
    return [];
  }

  /** Nodes within a node, without itself. */
  *within(node: Node): Generator<Node> {
    for (const child of childrenOf(node)) {
      yield child;
      yield* this.within(child);
    }
  }

  private collect(node: Node, nodes: Node[]): void {
    nodes.push(node);
    for (const child of childrenOf(node)) {
      this.parents.set(child, node);
      this.collect(child, nodes);
    }
  }
}

/** Whether a node is a function of any form. */
export function isFunction(node: Node): node is FunctionNode {
  return /^(?:Function(?:Declaration|Expression)|ArrowFunctionExpression|(?:Object|Class|ClassPrivate)Method)$/.test(
    node.type,
  );
}

const NOT_CHILDREN = new Set(['leadingComments', 'innerComments', 'trailingComments', 'extra', 'loc']);

function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => !NOT_CHILDREN.has(key))
    .flatMap(([, value]) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isNode)
    .toSorted((a, b) => a.start! - b.start!);
}

function isNode(value: unknown): value is Node {
  const { type, start } = (value ?? {}) as { type?: unknown; start?: unknown };
  return typeof type === 'string' && typeof start === 'number';
}

function parsed(path: string, name: string, text: string): File {
  const plugins: ParserPlugin[] = ['decorators-legacy'];
  if (/\.[cm]?tsx?$/.test(path)) plugins.push('typescript');
  if (/\.[jt]sx$/.test(path)) plugins.push('jsx');
  try {
    return parse(text, { sourceType: 'module', plugins });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MutateError('MP_CANNOT_PARSE', `${name} cannot be parsed: ${why}`, { cause: error });
  }
}
