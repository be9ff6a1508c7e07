import { describe, expect, it } from 'vitest';
import { linux510, linux61, MigrateMode } from '../../src/index.ts';
import {
  allocate,
  allocateBlock,
  compactor,
  exploreScene,
  freeMoved,
  wakeKcompactd,
  type Explored,
} from './compaction-races.fixture.ts';

function messages({ result }: Explored): string[] {
  return result.found.map((found) => found.violation.message);
}

describe.each([
  ['linux-5.10', linux510],
  ['linux-6.1', linux61],
])('compaction of ten pages, %s, all schedules with at most one preemption', (_name, profile) => {
  it.each([
    ['ASYNC', MigrateMode.async],
    ['SYNC_LIGHT', MigrateMode.syncLight],
  ])(
    'loses nothing while one user frees a page and another allocates one (%s)',
    (_mode, mode) => {
      const explored = exploreScene({ profile, preemptions: 1 }, [compactor(mode), freeMoved, allocate]);
      expect(messages(explored)).toEqual([]);
      expect(explored.result.completedPreemptions).toBe(1);
      expect(explored.result.executions).toBeGreaterThan(100);
      expect(explored.seen.moved).toBeGreaterThan(0);
      expect(explored.seen.putBack).toBeGreaterThan(0);
    },
    60_000,
  );

  it('loses nothing while kcompactd is woken twice and a user frees a page', () => {
    const explored = exploreScene({ profile, preemptions: 1, background: true }, [
      wakeKcompactd,
      freeMoved,
      wakeKcompactd,
    ]);
    expect(messages(explored)).toEqual([]);
    expect(explored.result.completedPreemptions).toBe(1);
    expect(explored.seen.moved).toBeGreaterThan(0);
  }, 60_000);

  it('gives blocks to two who compact for themselves at once', () => {
    const explored = exploreScene({ profile, preemptions: 1 }, [allocateBlock, allocateBlock]);
    expect(messages(explored)).toEqual([]);
    expect(explored.result.completedPreemptions).toBe(1);
    expect(explored.seen.blocks).toBeGreaterThan(explored.result.executions);
    expect(explored.seen.moved).toBeGreaterThan(0);
  }, 60_000);
});

describe('a driver that frees a page without looking whether it has moved', () => {
  it('is found', () => {
    const explored = exploreScene({ profile: linux510, preemptions: 1, looksAgain: false, shorten: false }, [
      freeMoved,
      compactor(MigrateMode.syncLight),
    ]);
    expect(messages(explored)).not.toEqual([]);
  }, 60_000);
});
