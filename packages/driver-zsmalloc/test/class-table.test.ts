import { describe, expect, it } from 'vitest';
import { classTable } from '../src/index.ts';
import { hugeClassSize, sizeClassIndex } from '../src/class-table.ts';

describe('the classes of pages of 4096 bytes', () => {
  const table = classTable(4096);
  const classes = [...new Set(table)];

  it('are the 69 of the kernel, of 255 sizes', () => {
    expect(table).toHaveLength(255);
    expect(classes).toHaveLength(69);
  });

  it('have the geometry of the kernel at both ends', () => {
    const shape = ({ size, pagesPerZspage, objsPerZspage }: (typeof classes)[number]) =>
      `${size}: ${objsPerZspage} in ${pagesPerZspage}`;
    expect(classes.slice(0, 2).map(shape)).toEqual(['32: 128 in 1', '48: 256 in 3']);
    expect(classes.slice(-4).map(shape)).toEqual([
      '2720: 3 in 2',
      '3072: 4 in 3',
      '3264: 5 in 4',
      '4096: 1 in 1',
    ]);
  });

  it('make a page of its own of what the kernel makes one of', () => {
    expect(hugeClassSize(table)).toBe(3257);
    expect(classes.filter(({ huge }) => huge).map(({ size }) => size)).toEqual([4096]);
  });

  it('fit every size, with room in the next smaller one for nothing', () => {
    for (let bytes = 1; bytes <= 4096; bytes++) {
      const index = sizeClassIndex(bytes, 4096);
      expect(table[index]!.size).toBeGreaterThanOrEqual(bytes);
      if (index > 0) expect(32 + 16 * (index - 1)).toBeLessThan(bytes);
    }
  });
});

it.each([0, 9, 2.5])('%d pages make no zspage', (most) => {
  expect(() => classTable(4096, most)).toThrow('pagesPerZspage');
});

describe.each([32, 64, 128, 1024, 16384])('the classes of pages of %i bytes', (pageSize) => {
  it.each([1, 2, 4, 8])('have objects of whole words and no more than %i pages', (most) => {
    for (const { size, pagesPerZspage, objsPerZspage } of classTable(pageSize, most)) {
      expect(size % 4).toBe(0);
      expect(size).toBeLessThanOrEqual(pageSize);
      expect(pagesPerZspage).toBeLessThanOrEqual(most);
      expect(objsPerZspage).toBeLessThanOrEqual(1024);
      expect(objsPerZspage * size).toBeLessThanOrEqual(pagesPerZspage * pageSize);
      expect((objsPerZspage + 1) * size).toBeGreaterThan(pagesPerZspage * pageSize);
    }
  });
});
