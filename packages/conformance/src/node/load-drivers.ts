import { fileURLToPath } from 'node:url';
import { DriverRegistry, type DriverDefinition } from '@movable-pages/core';
import { createJiti, type JitiOptions } from 'jiti';
import { CheckError } from '../errors.js';
import type { Overlay } from './job.js';
import { lentPackages } from './lent-packages.js';

function optionsFor(file: string): JitiOptions {
  return { interopDefault: false, sourceMaps: true, alias: lentPackages(file) };
}

/**
 * Loads the drivers that a module exports. TypeScript, decorators and enums work without a build.
 *
 * @param url `file:` URL of the module.
 * @param from What the user called it, for messages.
 * @throws CheckError `MP_CANNOT_LOAD`; DriverError `MP_NOT_A_DRIVER`, `MP_DUPLICATE_DRIVER`.
 */
export async function loadDrivers(url: string, from: string): Promise<DriverDefinition[]> {
  return new DriverRegistry().registerModule(await loadModule(url, from), from);
}

/**
 * Imports a module: TypeScript, decorators and enums work without a build.
 *
 * @param url `file:` URL of the module.
 * @param from What the user called it, for messages.
 * @throws CheckError `MP_CANNOT_LOAD`.
 * @since 0.1.0
 */
export async function loadModule(url: string, from: string): Promise<object> {
  const file = fileURLToPath(url);
  return imported(from, () => createJiti(file, optionsFor(file)).import<object>(file));
}

/**
 * Loads the drivers of a module with other texts in the place of some files. Nothing is written, and places in the source
 * are named as if the files were changed.
 *
 * @throws CheckError `MP_CANNOT_LOAD`; DriverError `MP_NOT_A_DRIVER`, `MP_DUPLICATE_DRIVER`.
 */
export async function loadChanged(url: string, from: string, overlay: Overlay): Promise<DriverDefinition[]> {
  const file = fileURLToPath(url);
  const options = optionsFor(file);
  const asIs = createJiti(file, options);
  const jiti = createJiti(file, {
    ...options,
    // It knows texts by their files, and ours are not theirs.
    fsCache: false,
    transform: ({ filename = '', source, ...how }) => ({
      code: asIs.transform({ ...how, filename, source: overlay.texts[filename] ?? source }),
    }),
  });
  for (const each of Object.keys(overlay.texts)) delete jiti.cache[each];
  const module = await imported(from, () => jiti.import<object>(file));
  return new DriverRegistry().registerModule(module, from);
}

async function imported(from: string, load: () => Promise<object>): Promise<object> {
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
