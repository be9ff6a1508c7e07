import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { files, read, root } from './repository.ts';

/** How a snippet of the documentation is held true. */
export type Check =
  | { kind: 'run'; group: string | undefined }
  | { kind: 'throws'; code: string }
  | { kind: 'file'; file: string };

/** A fenced code block of a page. */
export interface Snippet {
  page: string;
  /** The line of the opening fence, from 1. */
  line: number;
  code: string;
  check: Check;
}

/** A TypeScript fence that no test would look at. */
export interface Unchecked {
  page: string;
  line: number;
  info: string;
}

/** What the tests run: one module, made of one snippet or of the snippets of a group in the order of the page. */
export interface Program {
  /** Also the name of the file that is written, without extension. */
  name: string;
  code: string;
  where: string;
  /** The error code that running has to end with; none if it has to succeed. */
  throws: string | undefined;
}

const typescript = new Set(['ts', 'typescript', 'mts', 'cts', 'tsx']);

function checkOf(words: readonly string[]): Check | undefined {
  for (const word of words) {
    const [key, value] = word.split('=', 2);
    if (key === 'run') return { kind: 'run', group: value };
    if (key === 'throws' && value) return { kind: 'throws', code: value };
    if (key === 'file' && value) return { kind: 'file', file: value };
  }
  return undefined;
}

/** Every fence of a page that is TypeScript, or that says which file it quotes. */
export function fencesOf(page: string, text: string): { snippets: Snippet[]; unchecked: Unchecked[] } {
  const snippets: Snippet[] = [];
  const unchecked: Unchecked[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = '', fence, info = ''] = /^( *)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(lines[at] ?? '') ?? [];
    if (fence === undefined) continue;
    const line = at + 1;
    const body: string[] = [];
    for (at += 1; at < lines.length && lines[at]?.trim() !== fence; at += 1) {
      const inner = lines[at] ?? '';
      body.push(inner.startsWith(indent) ? inner.slice(indent.length) : inner.trimStart());
    }
    const [language = '', ...words] = info.split(/\s+/);
    const check = checkOf(words);
    if (check !== undefined && (typescript.has(language) || check.kind === 'file')) {
      snippets.push({ page, line, code: body.join('\n'), check });
    } else if (typescript.has(language)) unchecked.push({ page, line, info });
  }
  return { snippets, unchecked };
}

/** The pages whose snippets are checked. */
const pages: readonly string[] = files.filter((file) =>
  /^(README\.md|CONTRIBUTING\.md|docs\/guide\/.*\.md|(packages|examples)\/[^/]+\/README\.md)$/.test(file),
);

/** Puts the snippets that run into programs: those of one group of one page become one. */
export function programsOf(snippets: readonly Snippet[]): Program[] {
  const programs = new Map<string, Program>();
  for (const { page, line, code, check } of snippets) {
    if (check.kind === 'file') continue;
    const label = check.kind === 'run' && check.group !== undefined ? check.group : `line-${line}`;
    const name = `${page.replace(/\.md$/, '').replaceAll('/', '-')}-${label}`;
    const before = programs.get(name);
    programs.set(name, {
      name,
      where: before?.where ?? `${page}:${line}`,
      code: before === undefined ? code : `${before.code}\n${code}`,
      throws: check.kind === 'throws' ? check.code : undefined,
    });
  }
  return [...programs.values()];
}

const normal = (text: string): string[] => {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines.map((line) => line.slice(indent));
};

function find(needle: readonly string[], hay: readonly string[], from: number): number {
  for (let at = from; at + needle.length <= hay.length; at += 1) {
    const block = normal(hay.slice(at, at + needle.length).join('\n'));
    if (needle.every((line, index) => line === block[index])) return at + needle.length;
  }
  return -1;
}

/**
 * The first line of a quotation that its file does not hold, or undefined if it holds all. A line `// ...` stands for
 * anything between two parts, which have to come in this order; indentation counts within a part only.
 */
export function misquoted(snippet: Snippet, text: string): string | undefined {
  const hay = text.split('\n').map((line) => line.trimEnd());
  let from = 0;
  for (const part of snippet.code.split(/^\s*(?:\/\/|#) \.\.\.\s*$/m)) {
    const needle = normal(part.replace(/^\s*\n/, '').trimEnd());
    if (needle.join('') === '') continue;
    const end = find(needle, hay, from);
    if (end === -1) return needle[0];
    from = end;
  }
  return undefined;
}

/** Every page taken apart. */
export const documentation = pages.map((page) => ({ page, ...fencesOf(page, read(page)) }));

/** The folder that the programs are written to: inside the workspace, so that its packages can be imported. */
export const snippetFolder = path.join(root, 'test/.snippets');

const compilerOptions = {
  composite: false,
  declaration: false,
  noEmit: true,
  rootDir: '../..',
  types: ['node'],
  allowImportingTsExtensions: true,
};

/** Writes every program of the documentation, with a tsconfig.json to check their types; returns the programs. */
export function writePrograms(): Program[] {
  const programs = programsOf(documentation.flatMap((page) => page.snippets));
  const config = { extends: '../../tools/tsconfig.base.json', compilerOptions, include: ['*.ts'] };
  const wanted = new Map([['tsconfig.json', JSON.stringify(config)]]);
  for (const { name, code, where } of programs)
    wanted.set(`${name}.ts`, `// ${where}\n${code}\nexport {};\n`);
  mkdirSync(snippetFolder, { recursive: true });
  for (const name of readdirSync(snippetFolder)) {
    if (!wanted.has(name)) rmSync(path.join(snippetFolder, name), { recursive: true });
  }
  for (const [name, text] of wanted) {
    const file = path.join(snippetFolder, name);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
  return programs;
}
