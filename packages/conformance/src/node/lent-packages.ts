import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * What a module may import although nothing is installed where it lies: the packages of this product and what they stand on, as they are
 * installed here. So a driver can be a single file anywhere.
 *
 * @param file Path of the module. What it can import by itself is not in the answer.
 * @returns The files behind the names.
 */
export function lentPackages(file: string): Record<string, string> {
  const own = createRequire(file);
  return Object.fromEntries(installedHere().filter(([name]) => resolved(own, name) === null));
}

let installed: readonly (readonly [name: string, file: string])[] | null = null;

function installedHere() {
  return (installed ??= packagesBeside(ownFolder()).flatMap((folder) => {
    const path = join(folder, 'package.json');
    const { name, exports = {}, dependencies = {} } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    const names = [
      ...Object.keys(exports).map((entry) => posix.join(name, entry)),
      ...Object.keys(dependencies),
    ];
    const from = createRequire(path);
    return names.flatMap((each) => {
      const target = resolved(from, each);
      return target === null ? [] : [[each, target] as const];
    });
  }));
}

/** The folders of the packages that lie beside one: of a checkout, or of an installation. */
function packagesBeside(folder: string): string[] {
  const all = dirname(folder);
  return readdirSync(all)
    .map((name) => join(all, name))
    .filter((each) => existsSync(join(each, 'package.json')))
    .map((each) => realpathSync(each));
}

function ownFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

function resolved(from: NodeJS.Require, name: string): string | null {
  try {
    return from.resolve(name);
  } catch {
    return null;
  }
}
