import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOfFiles, moduleFiles } from './module-files.js';
import { workerFile } from './worker-file.js';

const OURS = /^@movable-pages\//;

let digest: string | null = null;

/** The files that judge: all that the worker and the package are made of, up to the packages of others. */
export function suiteFiles(): string[] {
  const worker = workerFile();
  const entries = [worker, new URL('./index.js', worker).href].map((url) => realpathSync(fileURLToPath(url)));
  return moduleFiles(entries, (specifier) => OURS.test(specifier));
}

/** Digest of the code that judges. Files are named by their packages. */
export function suiteDigest(): string {
  return (digest ??= digestOfFiles(suiteFiles(), nameInPackage));
}

function nameInPackage(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
  return `${name}/${relative(folder, file).split(sep).join('/')}`;
}
