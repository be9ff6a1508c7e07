import path from 'node:path';
import { parseSync } from 'vite';
import { files, read } from '../support/repository.ts';

/** A use of something that a deterministic package may not use. */
export interface BannedUse {
  what: string;
  line: number;
}

/** One TypeScript file, as far as the tidiness test looks into it. */
export interface Module {
  file: string;
  /** Every specifier that is imported, exported from, imported as a type, or imported at run time. */
  specifiers: string[];
  /** Files of the repository that this one refers to: relative imports and `new URL('./x.js', ...)`. */
  refersTo: string[];
  banned: BannedUse[];
}

type Node = Record<string, unknown> & { type: string; start: number };

const bannedNames = new Set([
  'Date',
  'FinalizationRegistry',
  'Promise',
  'WeakRef',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Calls `visit` for a node and everything below it. */
function walk(
  node: Node,
  parent: Node | undefined,
  visit: (node: Node, parent: Node | undefined) => void,
): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    if (isNode(value)) walk(value, node, visit);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) walk(item, node, visit);
  }
}

/** Whether an identifier only names a property, as `Date` does in `header.Date`. */
function isPropertyName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined || parent['computed'] === true) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node;
  return parent['key'] === node && parent['shorthand'] !== true;
}

const nameOf = (node: unknown): unknown =>
  isNode(node) && node.type === 'Identifier' ? node['name'] : undefined;

function bannedIn(node: Node, parent: Node | undefined): string | undefined {
  if (node.type === 'Identifier') {
    const name = node['name'] as string;
    return bannedNames.has(name) && !isPropertyName(node, parent) ? name : undefined;
  }
  if (node.type === 'MemberExpression') {
    const object = nameOf(node['object']);
    const property = node['computed'] === true ? undefined : (nameOf(node['property']) as string | undefined);
    if (object === 'Math' && property === 'random') return 'Math.random';
    if (object === 'globalThis' && property !== undefined && bannedNames.has(property)) return property;
  }
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node['await'] === true))
    return 'await';
  if (/Function/.test(node.type) && node['async'] === true) return 'async';
  return undefined;
}

function resolve(from: string, specifier: string): string {
  const target = path.posix.join(path.posix.dirname(from), specifier);
  return target.replace(/\.js$/, '.ts');
}

function parse(file: string): Module {
  const text = read(file);
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const module: Module = { file, specifiers: [], refersTo: [], banned: [] };
  walk(program as unknown as Node, undefined, (node, parent) => {
    const what = bannedIn(node, parent);
    if (what !== undefined) module.banned.push({ what, line: text.slice(0, node.start).split('\n').length });
    const source = node['source'];
    if (isNode(source) && typeof source['value'] === 'string') module.specifiers.push(source['value']);
    if (node.type === 'Literal' && typeof node['value'] === 'string' && /^\.\.?\//.test(node['value'])) {
      module.refersTo.push(resolve(file, node['value']));
    }
  });
  return module;
}

/** Every TypeScript file of packages, examples and tests, parsed. */
export const modules: ReadonlyMap<string, Module> = new Map(
  files
    .filter((file) => /^(packages|examples|test)\/.*\.ts$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => [file, parse(file)]),
);

/** A file that exists for tests only: it is not compiled into `dist`. */
export const isTestOnly = (file: string): boolean =>
  /\.(test|fixture)\.ts$/.test(file) || /^packages\/[^/]+\/test\//.test(file);

/** The files that can be reached from some files along {@link Module.refersTo}. */
export function reachableFrom(roots: Iterable<string>): Set<string> {
  const seen = new Set<string>();
  const open = [...roots];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    const module = modules.get(file);
    if (module === undefined) continue;
    seen.add(file);
    open.push(...module.refersTo);
  }
  return seen;
}
