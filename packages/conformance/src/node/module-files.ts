import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, extname, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'es-module-lexer/js';
import { createJiti } from 'jiti';
import { lentPackages } from './lent-packages.js';

/** Which imports belong to what is digested: asked with what is written and the file that it leads to. */
export type Follows = (specifier: string, file: string) => boolean;

const RELATIVE = /^\.{0,2}\/|^file:/;
const SOURCE = /\.[cm]?[jt]sx?$/;
const REQUIRE = /\brequire\(\s*(['"])([^'"]+)\1\s*\)/g;

/**
 * The files that modules are made of: themselves and what they import, over however many steps. Imports of types, and those whose
 * name is worked out while it runs, are not seen.
 *
 * @param entries Paths of files, without links.
 * @param follows Asked for imports by name; relative ones are always followed.
 */
export function moduleFiles(entries: readonly string[], follows: Follows): string[] {
  const resolver = createJiti(import.meta.filename, { fsCache: false, alias: lentPackages(entries[0]!) });
  const files = new Set<string>(entries);
  // The set grows while it is walked.
  for (const file of files) {
    if (!SOURCE.test(extname(file))) continue;
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (isBuiltin(specifier)) continue;
      const url = resolver.esmResolve(specifier, { parentURL: pathToFileURL(file).href, try: true });
      const target = url?.startsWith('file:') === true ? fileURLToPath(url) : '';
      if (!existsSync(target) || !statSync(target).isFile()) continue;
      const real = realpathSync(target);
      if (RELATIVE.test(specifier) || follows(specifier, real)) files.add(real);
    }
  }
  return [...files];
}

/** One digest of files, each under its name: where they lie does not matter, nor how their lines end. */
export function digestOfFiles(files: readonly string[], nameOf: (file: string) => string): string {
  const hash = createHash('sha256');
  const named = files.map((file) => ({ file, name: nameOf(file) }));
  for (const { file, name } of named.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
    hash.update(`${name}\n${createHash('sha256').update(text).digest('hex')}\n`);
  }
  return hash.digest('hex');
}

/** The path of a file as seen from another, with slashes on every system. */
export function relativeName(from: string, file: string): string {
  return relative(dirname(from), file).split(sep).join('/');
}

function importsOf(text: string): string[] {
  const required = [...text.matchAll(REQUIRE)].map(([, , specifier]) => specifier!);
  try {
    const [imports] = parse(text);
    const imported = imports.flatMap((each) =>
      'specifier' in each && typeof each.specifier === 'string' && !('typeOnly' in each && each.typeOnly)
        ? [each.specifier]
        : [],
    );
    return [...imported, ...required];
  } catch {
    // What cannot be read cannot be loaded either, and loading it says why.
    return required;
  }
}
