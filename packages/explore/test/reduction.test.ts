import { describe, expect, it } from 'vitest';
import { compare } from './compare.fixture.ts';

describe('the reduction', () => {
  it.each(['none', 'plain', 'spinning'] as const)(
    'sees every ending, deadlock and race that the naive search sees, without a bound (%s)',
    (flavour) => {
      const { compared, naive, reduced, abandoned, deadlocks } = compare(60, Infinity, 800, flavour);
      expect(compared).toBeGreaterThan(15);
      expect(deadlocks).toBeGreaterThan(0);
      expect(reduced * 10).toBeLessThan(naive);
      expect(abandoned * 4).toBeLessThan(reduced);
    },
    60_000,
  );

  it.each([0, 1, 2])(
    'sees whatever a thread can see within %i preemptions',
    (bound) => {
      expect(compare(100, bound, 1000).compared).toBeGreaterThan(80);
    },
    60_000,
  );
});
