import { describe, expect, it } from 'vitest';
import { linux510, linux61, MigrateMode } from '../../src/index.ts';
import { allocate, allocateBlock, compactor, exploreScene, freeMoved } from './compaction-races.fixture.ts';

describe.each([
  ['linux-5.10', linux510],
  ['linux-6.1', linux61],
])('compaction of ten pages, %s, all schedules with at most two preemptions', (_name, profile) => {
  const options = { profile, preemptions: 2, maxExecutions: 1_000_000 };

  it.each([
    ['ASYNC', MigrateMode.async],
    ['SYNC_LIGHT', MigrateMode.syncLight],
  ])('loses nothing while one user frees a page and another allocates one (%s)', (_mode, mode) => {
    const { result } = exploreScene(options, [compactor(mode), freeMoved, allocate]);
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBe(2);
  });

  it('gives blocks to two who compact for themselves at once', () => {
    const { result } = exploreScene(options, [allocateBlock, allocateBlock]);
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBe(2);
  });
});
