import type { KThread } from '@movable-pages/machine';
import { driverLine } from '../source-place.js';

/** What calls the judge's listeners: no line of a driver. */
const PLUMBING = /\/node_modules\/(?:\.pnpm\/)?(?:eventemitter3|piscina)/;

/**
 * Where the driver was: the running code if the driver is in it, else the last operation of the thread. The judge is
 * asked about a callback's result after the callback has returned, when its own lines are gone.
 */
export function driverSite(running: string | undefined, thread: KThread | null): string | undefined {
  if (running === undefined) return undefined;
  const here = running
    .split('\n')
    .filter((line) => !PLUMBING.test(line))
    .join('\n');
  return driverLine(here, '') === null ? (thread?.site ?? here) : here;
}
