import { fileURLToPath } from 'node:url';
import { DriverRegistry, type DriverDefinition } from '@movable-pages/core';
import { createJiti, type JitiOptions } from 'jiti';
import { CheckError } from '../errors.js';
import type { Overlay } from './job.js';

const OPTIONS: JitiOptions = { interopDefault: false, sourceMaps: true };

/**
 * Loads the drivers that a module exports. TypeScript, decorators and enums work without a build.
 *
 * @param url `file:` URL of the module.
 * @param from What the user called it, for messages.
 * @throws CheckError `MP_CANNOT_LOAD`; DriverError `MP_NOT_A_DRIVER`, `MP_DUPLICATE_DRIVER`.
 */
export async function loadDrivers(url: string, from: string): Promise<DriverDefinition[]> {
  const file = fileURLToPath(url);
  return register(from, () => createJiti(file, OPTIONS).import<object>(file));
}

/**
 * Loads the drivers of a module with other texts in the place of some files. Nothing is written, and places in the source
 * are named as if the files were changed.
 *
 * @throws CheckError `MP_CANNOT_LOAD`; DriverError `MP_NOT_A_DRIVER`, `MP_DUPLICATE_DRIVER`.
 */
export async function loadChanged(url: string, from: string, overlay: Overlay): Promise<DriverDefinition[]> {
  const file = fileURLToPath(url);
  const asIs = createJiti(file, OPTIONS);
  const jiti = createJiti(file, {
    ...OPTIONS,
    // It knows texts by their files, and ours are not theirs.
    fsCache: false,
    transform: ({ filename = '', source, ...options }) => ({
      code: asIs.transform({ ...options, filename, source: overlay.texts[filename] ?? source }),
    }),
  });
  for (const each of Object.keys(overlay.texts)) delete jiti.cache[each];
  return register(from, () => jiti.import<object>(file));
}

async function register(from: string, load: () => Promise<object>): Promise<DriverDefinition[]> {
  return new DriverRegistry().registerModule(await loadModule(from, load), from);
}

async function loadModule(from: string, load: () => Promise<object>): Promise<object> {
  try {
    return await load();
  } catch (error) {
    if (isCoded(error)) throw error;
    throw new CheckError('MP_CANNOT_LOAD', `${from} cannot be loaded: ${explain(error)}`, { cause: error });
  }
}

function isCoded(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('MP_');
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Messages of parsers go on with the place, then with a listing: those two lines say it.
  const [what = '', next = ''] = error.message.split('\n').map((line) => line.trim());
  const place = /:(\d+:\d+)$/.exec(next)?.[1];
  return `${error.name}: ${what}${place === undefined ? '' : ` at ${place}`}`;
}
