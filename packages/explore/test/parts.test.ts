import { describe, expect, it } from 'vitest';
import { explore, mergeResults, type ExploreOptions, type SavedExploration } from '../src/index.ts';
import { busy, racy } from './programs.fixture.ts';

const SEARCHES: readonly ExploreOptions[] = [
  { search: 'exhaustive' },
  { search: 'bounded', preemptions: 2 },
  { search: 'auto', maxExecutions: 120, sampled: 40 },
  { search: 'bounded', preemptions: 1, beyond: 300 },
  { search: 'pct', maxExecutions: 300, preemptions: 3 },
  { search: 'random', maxExecutions: 300 },
  { search: 'exhaustive', split: 6 },
  { search: 'bounded', preemptions: 1, split: 5, faults: 2 },
];

/** Interrupts a search again and again, each time after a few executions, and goes on from what was saved as text. */
function inPieces(options: ExploreOptions, every: number) {
  let resume: SavedExploration | undefined;
  for (let pieces = 1; ; pieces++) {
    let until = (resume === undefined ? 0 : progressOf(resume)) + every;
    const result = explore(busy(), {
      ...options,
      ...(resume === undefined ? {} : { resume }),
      interrupted: ({ executions }) => executions >= until,
    });
    if (result.stop !== 'interrupted') return { result, pieces };
    until = 0;
    resume = JSON.parse(JSON.stringify(result.saved)) as SavedExploration;
  }
}

function progressOf({ running }: SavedExploration): number {
  return running?.search.totals.executions ?? 0;
}

describe('a search in pieces', () => {
  it.each(SEARCHES)('ends as in one go after being interrupted: %o', (options) => {
    const whole = explore(busy(), options);
    const { result, pieces } = inPieces(options, 64);
    expect(pieces).toBeGreaterThan(1);
    expect(result).toEqual(whole);
  });

  it('goes on from any save that was made while it ran', () => {
    const saves: string[] = [];
    const options: ExploreOptions = { search: 'exhaustive', split: 3 };
    const whole = explore(busy(), { ...options, onSave: (save) => saves.push(JSON.stringify(save())) });
    expect(saves.length).toBeGreaterThan(2);
    for (const save of saves)
      expect(explore(busy(), { ...options, resume: JSON.parse(save) })).toEqual(whole);
  });

  it.each([
    { search: 'exhaustive', split: 8 },
    { search: 'bounded', preemptions: 2, split: 8 },
    { search: 'auto', split: 8 },
  ] as const)('merges from shards, in any order, to what one run gives: %o', (options) => {
    for (const make of [busy, racy]) {
      const whole = explore(make(), options);
      for (const of of [2, 4]) {
        const shards = Array.from({ length: of }, (_, index) =>
          explore(make(), { ...options, shard: { index, of } }),
        );
        expect(mergeResults(shards)).toEqual(whole);
        expect(mergeResults(shards.toReversed())).toEqual(whole);
      }
    }
  });

  it('sees the same endings however it is cut', () => {
    const endings = (options: ExploreOptions) =>
      explore(busy(), options)
        .endings.entries.map(({ key }) => key)
        .sort();
    const whole = endings({ search: 'exhaustive' });
    expect(whole.length).toBeGreaterThan(3);
    for (const split of [2, 5, 20]) expect(endings({ search: 'exhaustive', split })).toEqual(whole);
  });

  it('refuses to merge what does not belong together', () => {
    const shard = explore(busy(), { search: 'exhaustive', split: 4, shard: { index: 0, of: 2 } });
    expect(() => mergeResults([shard, shard])).toThrow(RangeError);
    expect(() => mergeResults([shard, explore(busy(), { search: 'exhaustive' })])).toThrow(RangeError);
    expect(() => mergeResults([])).toThrow(RangeError);
  });

  it('gives a shard without work an empty result', () => {
    const idle = explore(busy(), { search: 'exhaustive', shard: { index: 1, of: 2 } });
    expect(idle).toMatchObject({ executions: 0, found: [], exhausted: false, units: { done: [], of: 1 } });
    const whole = explore(busy(), { search: 'exhaustive' });
    expect(
      mergeResults([idle, explore(busy(), { search: 'exhaustive', shard: { index: 0, of: 2 } })]),
    ).toEqual(whole);
  });
});
