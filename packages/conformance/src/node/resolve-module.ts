import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CheckError } from '../errors.js';

/**
 * Finds the file behind what a user typed: a path, or the name of a package that is installed where the user is or
 * beside this command.
 *
 * @returns A `file:` URL.
 * @throws CheckError `MP_CANNOT_LOAD`.
 */
export function resolveModule(specifier: string, cwd: string): string {
  if (specifier.startsWith('file:')) return specifier;
  const path = resolve(cwd, specifier);
  if (existsSync(path)) {
    if (statSync(path).isFile()) return pathToFileURL(realpathSync(path)).href;
    throw new CheckError(
      'MP_CANNOT_LOAD',
      `${specifier} is a folder; name the file of the driver${suggestion(specifier, path)}`,
    );
  }
  if (looksLikePath(specifier))
    throw new CheckError('MP_CANNOT_LOAD', `there is no file ${specifier} in ${cwd}`);
  for (const base of [resolve(cwd, 'package.json'), commandFile(), import.meta.filename]) {
    const found = resolvePackage(specifier, base);
    if (found !== null) return found;
  }
  throw new CheckError(
    'MP_CANNOT_LOAD',
    `there is no file and no installed package ${specifier}; install it, or give the path of the driver's file`,
  );
}

/** Files of a folder that may be the driver, as words. */
function suggestion(specifier: string, folder: string): string {
  const files = ['src', '.'].flatMap((under) =>
    sourcesIn(join(folder, under)).map((file) => join(under, file)),
  );
  if (files.length === 0) return '; there is no .ts or .js file in it or in its src';
  const likely = files.find((file) => /(?:^|[/\\])(?:driver|index)\.[cm]?[jt]s$/.test(file));
  return `, for example ${join(specifier, likely ?? files[0]!)}`;
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
}

/** Modules that may hold a driver: no declarations, no tests, no settings. */
const SOURCE = /^(?!.*\.(?:d|test|spec|config)\.)[^.].*\.[cm]?[jt]s$/;

function looksLikePath(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier) || /\.[cm]?[jt]sx?$/.test(specifier);
}

function commandFile(): string {
  const command = process.argv[1] ?? import.meta.filename;
  return existsSync(command) ? realpathSync(command) : command;
}

function resolvePackage(specifier: string, base: string): string | null {
  try {
    return pathToFileURL(createRequire(base).resolve(specifier)).href;
  } catch {
    return null;
  }
}
