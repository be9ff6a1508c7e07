import { describe, expect, it } from 'vitest';
import { linux510, linux61, MigrateMode } from '../../src/index.ts';
import { actors, exploreMigration, type ActorName } from './explored.fixture.ts';

const NAMES = Object.keys(actors) as ActorName[];
const PROFILES = [linux510, linux61].map((profile) => ({ ...profile, passes: 4 }));

const KINDS = [
  { kind: 'private', shared: false },
  { kind: 'shared', shared: true },
];

/** Two things that can go on at once: none ends the process that the other runs in. */
const PAIRS = NAMES.flatMap((one, i) => NAMES.slice(i).map((other) => [one, other] as const)).filter(
  ([one, other]) =>
    !['unmaps', 'remaps', 'exits', 'protects'].includes(one) &&
    !['unmaps', 'remaps', 'exits', 'protects'].includes(other) &&
    one !== other,
);

describe.each(PROFILES)('a page in migration, at length ($name)', (profile) => {
  describe.each(KINDS)('$kind', ({ shared }) => {
    it.each(NAMES)('while another thread %s, three preemptions', (name) => {
      const result = exploreMigration(
        { profile, shared, beside: [actors[name]] },
        { preemptions: 3, faults: 0, maxExecutions: 8000 },
      );
      expect(result.completedPreemptions).toBeGreaterThanOrEqual(2);
    });

    it.each(PAIRS)('while one thread %s and another %s, two preemptions', (one, other) => {
      if (!shared && one === 'forks' && other === 'pins') {
        // Fork copies a pinned page at once, and whoever pinned it may write meanwhile: a race that the kernel lives with.
        expect(() =>
          exploreMigration(
            { profile, shared, beside: [actors[one], actors[other]] },
            { preemptions: 2, faults: 0, maxExecutions: 3000 },
          ),
        ).toThrow(/MP_DATA_RACE: other \d (reads|writes) page \d content/);
        return;
      }
      const result = exploreMigration(
        { profile, shared, beside: [actors[one], actors[other]] },
        { preemptions: 2, faults: 0, maxExecutions: 3000 },
      );
      expect(result.completedPreemptions).toBeGreaterThanOrEqual(1);
    });
  });

  it.each([MigrateMode.async, MigrateMode.sync])('the reduction sees every outcome, mode %i', (mode) => {
    const [reduced, naive] = [false, true].map((each) => {
      const outcomes = new Map<string, number>();
      exploreMigration(
        { profile: { ...profile, passes: 1 }, beside: [actors.holds], mode, outcomes },
        { preemptions: 1, faults: 1, naive: each },
      );
      return [...outcomes.keys()].toSorted();
    });
    expect(reduced).toEqual(naive);
    expect(reduced!.length).toBeGreaterThan(2);
  });
});
