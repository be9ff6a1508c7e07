import { describe, expect, it } from 'vitest';
import { compare } from './compare.fixture.ts';

describe('the reduction', () => {
  it('sees every ending that the naive search sees, without a bound', () => {
    const { compared, naive, reduced } = compare(150, Infinity, 2000);
    expect(compared).toBeGreaterThan(80);
    expect(reduced * 2).toBeLessThan(naive);
  }, 60_000);

  it.each([0, 1, 2])(
    'sees whatever a thread can see within %i preemptions',
    (bound) => {
      expect(compare(150, bound, 2000).compared).toBeGreaterThan(140);
    },
    60_000,
  );
});
