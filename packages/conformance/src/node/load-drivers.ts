import { fileURLToPath } from 'node:url';
import { DriverRegistry, type DriverDefinition } from '@movable-pages/core';
import { createJiti } from 'jiti';
import { CheckError } from '../errors.js';

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
  try {
    const jiti = createJiti(file, { interopDefault: false, sourceMaps: true });
    return await jiti.import<object>(file);
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
