import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Waiver } from '@movable-pages/conformance';
import { UsageError } from './coded-error.js';

/** Settings of a project, in `movable-pages.config.ts`. What the command line says wins. @since 0.1.0 */
export interface Config {
  /** What `check` judges if nothing is named: files relative to the working directory, or packages. */
  readonly drivers?: readonly string[];
  /** Kernel profiles. */
  readonly profiles?: readonly string[];
  readonly budget?: 'quick' | 'default' | 'deep';
  readonly seed?: number;
  /** Rules that are switched off, each with a reason and the last day on which it is. */
  readonly waivers?: readonly Waiver[];
}

/**
 * Gives the settings back: for their types in an editor.
 *
 * @example
 * export default defineConfig({ drivers: ['src/driver.ts'], budget: 'default' });
 *
 * @since 0.1.0
 */
export function defineConfig(config: Config): Config {
  return config;
}

const NAMES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `movable-pages.config.${extension}`);

/**
 * Loads the settings of a folder; nothing is set where there is no file.
 *
 * @param file Named on the command line: then it must be there.
 * @param load Imports a module.
 * @throws UsageError `MP_BAD_CONFIG`.
 */
export async function loadConfig(
  cwd: string,
  file: string | undefined,
  load: (path: string) => Promise<object>,
): Promise<Config> {
  const name = file ?? NAMES.find((each) => existsSync(resolve(cwd, each)));
  if (name === undefined) return {};
  const bad = (what: string, cause?: unknown) =>
    new UsageError('MP_BAD_CONFIG', `${name} ${what}; what it may say stands in the guide on verdicts`, {
      cause,
    });
  if (!existsSync(resolve(cwd, name))) throw bad('does not exist');
  let module: { default?: unknown };
  try {
    module = await load(resolve(cwd, name));
  } catch (error) {
    throw bad(`cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const wrong = problemOf(module.default);
  if (wrong !== null) throw bad(wrong);
  return module.default as Config;
}

const IS_LIST = (value: unknown) =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? null : 'a list of texts';

const CHECKS: Readonly<Record<keyof Config, (value: unknown) => string | null>> = {
  drivers: IS_LIST,
  profiles: (value) =>
    Array.isArray(value) && value.length === 0 ? 'a list with one name at least' : IS_LIST(value),
  budget: (value) =>
    ['quick', 'default', 'deep'].includes(value as string) ? null : "'quick', 'default' or 'deep'",
  seed: (value) => (Number.isSafeInteger(value) && (value as number) >= 1 ? null : 'a whole number from 1'),
  waivers: (value) =>
    Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null)
      ? null
      : "a list of { rule, reason, until: '2027-01-31' }",
};

function problemOf(config: unknown): string | null {
  if (typeof config !== 'object' || config === null)
    return 'has no default export; write export default defineConfig({ ... })';
  for (const [key, value] of Object.entries(config)) {
    if (!Object.hasOwn(CHECKS, key))
      return `sets ${key}, which is nothing that can be set: there are ${Object.keys(CHECKS).join(', ')}`;
    const wanted = value === undefined ? null : CHECKS[key as keyof Config](value);
    if (wanted !== null) return `sets ${key} to ${JSON.stringify(value)}; it must be ${wanted}`;
  }
  return null;
}
