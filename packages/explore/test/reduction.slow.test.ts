import { describe, expect, it } from 'vitest';
import { compare } from './compare.fixture.ts';

describe('the reduction, at length', () => {
  it('sees every ending that the naive search sees, without a bound', () => {
    const { compared, naive, reduced } = compare(500, Infinity, 60_000);
    expect(compared).toBeGreaterThan(400);
    expect(reduced * 20).toBeLessThan(naive);
  }, 300_000);

  it.each([0, 1, 2, 3])(
    'sees whatever a thread can see within %i preemptions',
    (bound) => {
      expect(compare(1500, bound, 60_000).compared).toBeGreaterThan(1400);
    },
    300_000,
  );
});
