import { describe, expect, it } from 'vitest';
import { compare } from './compare.fixture.ts';

describe('the reduction, at length', () => {
  it.each(['none', 'plain', 'spinning'] as const)(
    'sees every ending, deadlock and race that the naive search sees, without a bound (%s)',
    (flavour) => {
      const { compared, naive, reduced, races } = compare(500, Infinity, 6000, flavour);
      expect(compared).toBeGreaterThan(250);
      expect(reduced * 50).toBeLessThan(naive);
      if (flavour === 'plain') expect(races).toBeGreaterThan(10);
    },
  );

  it.each([0, 1, 2, 3])('sees whatever a thread can see within %i preemptions', (bound) => {
    expect(compare(1500, bound, 20_000).compared).toBeGreaterThan(1400);
  });
});
