import type { Selection } from '../selection.js';
import type { Waiver } from '../waiver.js';
import { canonical } from './canonical.js';

/**
 * What the work units of a driver are run for, as text that goes into their digests: what the author states, and nobody can work
 * out from the schedules, cannot be changed afterwards without running them again.
 */
export function certificateLabel(
  driver: { readonly name: string; readonly version: string; readonly digest: string },
  from: string,
  profiles: readonly string[],
  selection: Selection | null,
  waivers: readonly Waiver[],
): string {
  return canonical([driver.name, driver.version, driver.digest, from, profiles, selection, waivers]);
}
