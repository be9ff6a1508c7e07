import type { LockFact, LockUse } from '@movable-pages/explore';
import type { Machine } from '@movable-pages/machine';
import { driverLine } from './source-place.js';

/**
 * What a scenario has shown of the use of locks, for judging it together with what others have shown. Its sites are lines
 * of the driver, and `never` is empty: that two threads of one scenario come one after the other says nothing of others.
 *
 * @since 0.1.0
 */
export interface LockSighting extends LockFact {
  /** The thread is a user of the driver's. */
  readonly user: boolean;
  /** The driver was being loaded or unloaded: no user does anything then. */
  readonly alone: boolean;
}

/**
 * The sightings among what was seen, but for those that say no more than one before.
 *
 * @param driver Its name.
 * @param root Folder that source lines are relative to.
 */
export function lockSightings(
  facts: readonly LockFact[],
  machine: Machine,
  driver: string,
  root: string,
): LockSighting[] {
  const users = new Set(machine.threads.filter(({ party }) => party === 'user').map(({ name }) => name));
  const alone = [`${driver}.load`, `${driver}.unload`];
  const placed = (lock: LockUse | null): LockUse | null =>
    lock && { ...lock, site: driverLine(lock.site, root) ?? undefined };
  return distinctSightings(
    facts.map((fact) => ({
      ...fact,
      held: placed(fact.held),
      wanted: placed(fact.wanted),
      never: [],
      user: users.has(fact.thread),
      alone: fact.scope !== null && alone.includes(fact.scope),
    })),
  );
}

/** Without those that say no more than one before. */
export function distinctSightings<T extends LockSighting>(sightings: readonly T[]): T[] {
  const distinct: T[] = [];
  for (const each of sightings) if (!distinct.some((known) => covers(known, each))) distinct.push(each);
  return distinct;
}

/** What a sighting says, without the way there. */
type Said = Pick<LockSighting, 'kind' | 'user' | 'alone' | 'held' | 'wanted' | 'gates'>;

/** Whether a sighting says all that another does: it was made with no more locks around it. */
export function covers(known: Said, other: Said): boolean {
  return (
    known.kind === other.kind &&
    known.user === other.user &&
    known.alone === other.alone &&
    isSameUse(known.held, other.held) &&
    isSameUse(known.wanted, other.wanted) &&
    known.gates.every((gate) => other.gates.includes(gate))
  );
}

function isSameUse(a: LockUse | null, b: LockUse | null): boolean {
  return a?.lockClass === b?.lockClass && a?.shared === b?.shared && a?.recursive === b?.recursive;
}
