import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds the whole repository. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const generated =
  /(^|\/)(node_modules|dist|coverage|\.git|\.tsbuildinfo)(\/|$)|^docs\/api\/|^test\/\.snippets\/|\.tgz$/;

function listedByGit(): string[] | undefined {
  const git = (...args: string[]) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  const top = git('rev-parse', '--show-toplevel');
  if (top.status !== 0 || realpathSync(top.stdout.trim()) !== realpathSync(root)) return undefined;
  const listed = git('ls-files', '-z', '--cached', '--others', '--exclude-standard');
  return listed.status === 0 ? listed.stdout.split('\0').filter((file) => file !== '') : undefined;
}

function walk(dir: string): string[] {
  return readdirSync(path.join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const file = dir === '' ? entry.name : `${dir}/${entry.name}`;
    if (generated.test(file)) return [];
    return entry.isDirectory() ? walk(file) : [file];
  });
}

/** Every file that belongs to the repository, with forward slashes, relative to {@link root}. */
export const files: readonly string[] = (listedByGit() ?? walk(''))
  .filter((file) => !generated.test(file) && existsSync(path.join(root, file)))
  .toSorted();

const texts = new Map<string, string>();

/** The text of a file of the repository. */
export function read(file: string): string {
  let text = texts.get(file);
  if (text === undefined) {
    text = readFileSync(path.join(root, file), 'utf8');
    texts.set(file, text);
  }
  return text;
}

/** What the tests look at in a package.json. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  description?: string;
  license?: string;
  type?: string;
  files?: string[];
  sideEffects?: boolean | string[];
  keywords?: string[];
  bin?: Record<string, string>;
  exports?: Record<string, Record<string, string>>;
  publishConfig?: { access?: string; exports?: Record<string, Record<string, string>> };
  engines?: { node?: string };
  config?: { pnpmVersion?: string };
  packageManager?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** A folder of the workspace. */
export interface Workspace {
  /** Relative to {@link root}; the empty string for the root itself. */
  dir: string;
  manifest: Manifest;
}

/** Every folder with a package.json, the root included. */
export const workspaces: readonly Workspace[] = files
  .filter((file) => /^((packages|examples)\/[^/]+\/|docs\/|test\/)?package\.json$/.test(file))
  .map((file) => ({
    dir: file === 'package.json' ? '' : path.posix.dirname(file),
    manifest: JSON.parse(read(file)) as Manifest,
  }));

/** The folders under `packages/`. */
export const packages: readonly Workspace[] = workspaces.filter(({ dir }) => dir.startsWith('packages/'));

/** The packages that go to the registry. */
export const publicPackages: readonly Workspace[] = packages.filter(
  ({ manifest }) => manifest.private !== true,
);
