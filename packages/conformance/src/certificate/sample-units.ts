import { createHash } from 'node:crypto';
import type { CertifiedUnit } from './certificate.js';

/** Executions that a sample may take together: some seconds. */
const SAMPLE = 5000;

/** Of a work unit with more executions a sample runs so many. One that is larger than a sample may be all of it. */
export const LARGEST = 25_000;

/** A work unit with the driver that it belongs to. */
interface UnitOf {
  readonly driver: { readonly name: string };
  readonly unit: CertifiedUnit;
}

/** Chooses work units by a seed, as many as fit, and one at least. Each has its chance. */
export function sampleUnits<U extends UnitOf>(units: readonly U[], seed: number): U[] {
  const order = ({ driver, unit }: U) =>
    createHash('sha256').update(`${seed} ${driver.name} ${unit.scenario} ${unit.profile}`).digest('hex');
  const shuffled = units
    .map((each) => ({ each, rank: order(each) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ each }) => each);
  let taken = 0;
  return shuffled.filter(({ unit: { executions } }) => {
    const cost = Math.min(Math.max(executions, 1), LARGEST);
    if (taken > 0 && taken + cost > SAMPLE) return false;
    taken += cost;
    return true;
  });
}
