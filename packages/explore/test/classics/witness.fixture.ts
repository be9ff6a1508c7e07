import { expect } from 'vitest';
import { explore, type ExploreResult, type Found, type Program } from '../../src/index.ts';

/**
 * What the explorer finds first in a wrong program, held against every schedule with as few preemptions: there is none
 * with fewer, and none of that many that shows the same in fewer steps.
 */
export function minimalWitness(build: () => Program): Found {
  const [found] = explore(build()).found;
  if (found === undefined) throw new Error('nothing was found');
  const every = explore(build(), {
    search: 'bounded',
    naive: true,
    afterFirst: Infinity,
    shorten: false,
  });
  const same = every.found.filter(({ violation }) => violation.code === found.violation.code);
  expect(every.stop).toBe('violation');
  expect(found.preemptions).toBe(Math.min(...every.found.map(({ preemptions }) => preemptions)));
  expect(found.steps).toBe(Math.min(...same.map(({ steps }) => steps)));
  return found;
}

/** Searches a program in all its schedules, however many preemptions they have. */
export function everySchedule(build: () => Program): ExploreResult {
  return explore(build(), { search: 'exhaustive' });
}

/** What {@link everySchedule} gives of a program without a mistake. */
export const right = { found: [], exhausted: true, unbounded: true };
