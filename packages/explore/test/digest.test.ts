import { word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, mergeResults, type ExploreOptions, type SavedExploration } from '../src/index.ts';
import { busy } from './programs.fixture.ts';
import { program } from './support.ts';

const HOW: ExploreOptions = { search: 'bounded', preemptions: 1 };
const digestOf = (more: ExploreOptions = {}, of = busy()) => explore(of, { ...HOW, ...more }).digest;

describe('the digest of a search', () => {
  it('is the same for the same program, searched in the same way', () => {
    expect(digestOf()).toMatch(/^[0-9a-f]{16}$/);
    expect(digestOf()).toBe(digestOf());
  });

  it.each<[string, ExploreOptions]>([
    ['the bound', { preemptions: 2 }],
    ['the search', { search: 'exhaustive' }],
    ['the seed, though nothing is sampled', { seed: 2 }],
    ['what it is for', { label: 'another purpose' }],
    ['the budget', { maxExecutions: 50 }],
  ])('is another if %s differs', (_, more) => {
    expect(digestOf(more)).not.toBe(digestOf());
  });

  it('is another if a single step of one schedule gives something else', () => {
    const adds = (by: number) =>
      program(() => {
        const counter = word('counter');
        function* body(): Op<void> {
          const seen = yield* counter.load();
          // Shows only where the other thread came in between.
          yield* counter.store(seen === 1 ? seen + by : 1);
        }
        return { a: body, b: body };
      });
    expect(digestOf({}, adds(1))).toBe(digestOf({}, adds(1)));
    expect(digestOf({}, adds(2))).not.toBe(digestOf({}, adds(1)));
  });

  it('goes on where an interrupted search was saved', () => {
    let saved: SavedExploration | null = null;
    explore(busy(), {
      ...HOW,
      interrupted: ({ executions }) => executions >= 128,
      onSave: (save) => (saved = save()),
    });
    expect(saved).not.toBeNull();
    const resume = JSON.parse(JSON.stringify(saved)) as SavedExploration;
    expect(digestOf({ resume })).toBe(digestOf());
  });

  it('does not depend on who searched which part, nor on the order in which parts are put together', () => {
    const parts = [0, 1, 2].map((index) => explore(busy(), { ...HOW, split: 6, shard: { index, of: 3 } }));
    const whole = digestOf({ split: 6 });
    expect(mergeResults(parts).digest).toBe(whole);
    expect(mergeResults(parts.toReversed()).digest).toBe(whole);
  });
});
