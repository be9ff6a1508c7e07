import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Source } from './source.js';

const SOURCE = /\.[cm]?[jt]sx?$/;
/** What may stand in the place of the ending that an import names, or of none. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/$/, ''],
  [/\.js$/, '.ts'],
  [/\.js$/, '.tsx'],
  [/\.mjs$/, '.mts'],
  [/\.cjs$/, '.cts'],
  [/$/, '.ts'],
  [/$/, '.tsx'],
  [/$/, '.js'],
  [/$/, '.mjs'],
  [/$/, '/index.ts'],
  [/$/, '/index.js'],
];

/**
 * A driver's own files: the one that is named, and what it imports by relative paths inside its package, however deep.
 *
 * @param file Absolute.
 * @param root Folder that names in reports are relative to.
 * @throws MutateError `MP_CANNOT_PARSE`.
 */
export function sourceFiles(file: string, root: string): Source[] {
  const home = packageFolder(file);
  const found = new Map<string, Source>();
  const waiting = [file];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (found.has(path)) continue;
    const name = relative(root, path).split(sep).join('/');
    const source = new Source(path, name, readFileSync(path, 'utf8'));
    found.set(path, source);
    for (const specifier of relativeImports(source)) {
      const target = resolveRelative(specifier, dirname(path));
      const own =
        target?.startsWith(home + sep) === true && !target.slice(home.length).includes('/node_modules/');
      if (own) waiting.push(target!);
    }
  }
  return [...found.values()];
}

/** The folder with the nearest package.json, or that of the file. */
function packageFolder(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'package.json'))) return folder;
  return dirname(file);
}

function relativeImports(source: Source): string[] {
  return source.nodes.flatMap((node) => {
    const type = 'importKind' in node ? node.importKind : 'exportKind' in node ? node.exportKind : null;
    if (type === 'type') return [];
    const from =
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration'
        ? node.source
        : node.type === 'CallExpression' && node.callee.type === 'Import'
          ? node.arguments[0]
          : null;
    return from?.type === 'StringLiteral' && /^\.{1,2}\//.test(from.value) ? [from.value] : [];
  });
}

function resolveRelative(specifier: string, folder: string): string | null {
  const base = resolve(folder, specifier);
  for (const [ending, instead] of ENDINGS) {
    if (!ending.test(base)) continue;
    const file = base.replace(ending, instead);
    if (SOURCE.test(file) && existsSync(file) && statSync(file).isFile()) return realpathSync(file);
  }
  return null;
}
