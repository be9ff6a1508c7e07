import { describe, expect, it, vi } from 'vitest';
import { linux510, linux61, MigrateMode, PageFlag } from '../../src/index.ts';
import { actors, exploreMigration, type Actor, type ActorName } from './explored.fixture.ts';

/** A search may take long where many run at once. */
vi.setConfig({ testTimeout: 60_000 });

const NAMES = Object.keys(actors) as ActorName[];

/** Three passes that only try page locks, and one that may sleep on them. */
const PASSES = 4;

const PROFILES = [linux510, linux61].map((profile) => ({ ...profile, passes: PASSES }));

const KINDS = [
  { kind: 'private', shared: false },
  { kind: 'shared', shared: true },
];

describe.each(PROFILES)('a page in migration ($name)', (profile) => {
  describe.each(KINDS)('$kind, under every schedule of at most two preemptions', ({ shared }) => {
    it.each(NAMES)('while another thread %s', (name) => {
      const result = exploreMigration(
        { profile, shared, beside: [actors[name]] },
        { preemptions: 2, faults: 0 },
      );
      expect(result.completedPreemptions).toBe(2);
      expect(result.executions).toBeGreaterThan(20);
    });
  });

  describe.each(KINDS)('$kind, with three threads, under every schedule of one preemption', ({ shared }) => {
    it.each<[ActorName, ActorName]>([
      ['writes', 'reads'],
      ['writes', 'holds'],
      ['forks', 'writes'],
      ['locks', 'writes'],
      ['reclaims', 'writes'],
    ])('while one thread %s and another %s', (one, other) => {
      const result = exploreMigration(
        { profile, shared, beside: [actors[one], actors[other]] },
        { preemptions: 1, faults: 0 },
      );
      expect(result.completedPreemptions).toBe(1);
      expect(result.executions).toBeGreaterThan(50);
    });
  });

  it.each(NAMES)('private, while another thread %s, and one allocation fails', (name) => {
    const result = exploreMigration({ profile, beside: [actors[name]] }, { preemptions: 1, faults: 1 });
    expect(result.completedPreemptions).toBe(1);
  });

  it('private, while reclaim wants it: it is moved, or swapped out, or one after the other', () => {
    const outcomes = new Map<string, number>();
    const result = exploreMigration(
      { profile, beside: [actors.reclaims], outcomes },
      { preemptions: 2, faults: 0 },
    );
    expect(result.completedPreemptions).toBe(2);
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['0', 'not isolated', 'swapped out']));
  });

  it('by two at once: one of them gets it', () => {
    const outcomes = new Map<string, number>();
    const result = exploreMigration(
      { profile, beside: [actors.writes], migrators: 2, outcomes },
      { preemptions: 1, faults: 0 },
    );
    expect(result.completedPreemptions).toBe(1);
    expect(outcomes.get('not isolated')).toBeGreaterThan(0);
    expect(outcomes.get('0')).toBeGreaterThan(0);
  });
});

/** Explores, and gives which outcomes of the migration were seen, with the counters of the last execution. */
function outcomesOf(actor: Actor, mode: MigrateMode, faults = 0, passes = PASSES): string[] {
  const outcomes = new Map<string, number>();
  const profile = { ...linux510, passes };
  const result = exploreMigration(
    { profile, beside: [actor], mode, outcomes },
    { preemptions: 2, faults, maxExecutions: 5000 },
  );
  expect(result.found).toEqual([]);
  return [...outcomes.keys()].toSorted();
}

describe('the classic ways to fail are seen, and lose nothing', () => {
  it('an extra reference: the reader lets go too late', () => {
    expect(outcomesOf(actors.holds, MigrateMode.async, 0, 1)).toEqual(['0', '1']);
  });

  it('writeback in ASYNC mode', () => {
    const seen = outcomesOf(function* ({ page }) {
      if (!(yield* page.tryGet())) return;
      if (yield* page.tryLock()) {
        yield* page.setFlags(PageFlag.writeback);
        yield* page.unlock();
        yield* page.clearFlags(PageFlag.writeback);
      }
      yield* page.put();
    }, MigrateMode.async);
    expect(seen).toEqual(['0', '1']);
  });

  it('a lost race for the page lock', () => {
    const seen = outcomesOf(
      function* ({ page }) {
        if (!(yield* page.tryGet())) return;
        yield* page.lock();
        yield* page.unlock();
        yield* page.put();
      },
      MigrateMode.async,
      0,
      1,
    );
    expect(seen).toEqual(['0', '1']);
  });

  it('no target', () => {
    expect(outcomesOf(actors.holds, MigrateMode.sync, 1)).toContain('-12');
  });

  it('a page that is freed meanwhile is moved by nobody and counts as moved', () => {
    expect(outcomesOf(actors.unmaps, MigrateMode.sync)).toEqual(
      expect.arrayContaining(['0', 'freed', 'not isolated']),
    );
  });
});
