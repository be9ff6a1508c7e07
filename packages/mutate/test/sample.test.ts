import { expect, test } from 'vitest';
import { sample } from '../src/sample.ts';

const all = Array.from({ length: 40 }, (_, index) => index);

test('a sample keeps the order, and depends on nothing but its seed', () => {
  const picked = sample(all, 10, 7);

  expect(picked).toHaveLength(10);
  expect(picked).toEqual(picked.toSorted((a, b) => a - b));
  expect(sample(all, 10, 7)).toEqual(picked);
  expect(sample(all, 10, 8)).not.toEqual(picked);
  expect(sample(all, 99, 7)).toEqual(all);
});

test('every element has its chance', () => {
  const seen = new Set(all.flatMap((_, seed) => sample(all, 4, seed)));

  expect(seen.size).toBeGreaterThan(35);
});
