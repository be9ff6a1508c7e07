import { describe, expect, it } from 'vitest';
import {
  extFragPercent,
  fragmentationIndex,
  Gfp,
  Kernel,
  nodeScore,
  proactiveMarks,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

describe.each([
  { counts: [100], order: 4, index: 928, percent: 100 },
  { counts: [512], order: 9, index: 997, percent: 100 },
  { counts: [10_000], order: 9, index: 998, percent: 100 },
  { counts: zeros(11), order: 3, index: 0, percent: 0 },
  { counts: [0, 0, 0, 1], order: 3, index: -1000, percent: 0 },
  { counts: [4, 2, 1], order: 3, index: 643, percent: 100 },
  { counts: [...zeros(8), 3], order: 9, index: 167, percent: 100 },
  { counts: [1000, 500, 250, 100, 50], order: 9, index: 995, percent: 100 },
  { counts: [4, 0, 0, 1], order: 3, index: -1000, percent: 33 },
  { counts: [4, 0, 0, 0, 1], order: 3, index: -1000, percent: 20 },
])('free blocks $counts, order $order', ({ counts, order, index, percent }) => {
  it(`have fragmentation index ${index}`, () => {
    expect(fragmentationIndex(counts, order)).toBe(index);
  });

  it(`are scattered by ${percent} percent`, () => {
    expect(extFragPercent(counts, order)).toBe(percent);
  });
});

describe('proactiveMarks', () => {
  it.each([
    [20, 80, 90],
    [100, 5, 15],
    [1, 99, 100],
  ])('of %d are %d and %d', (proactiveness, low, high) => {
    expect(proactiveMarks(proactiveness)).toEqual({ low, high });
  });
});

describe('nodeScore', () => {
  it('weighs the zones of a node by their size', () => {
    const kernel = new Kernel({
      nodes: [{ zones: { DMA32: 64, Normal: 192 } }],
      pageSize: 64,
      buddy: { pageBlockOrder: 4, maxOrder: 5, minFreeKbytes: 0 },
    });
    expect(nodeScore(kernel, 0)).toBe(0);
    runVm(kernel, function* () {
      // One page of every two of the larger zone.
      const pages: Page[] = [];
      for (let n = 0; n < 192; n++) pages.push((yield* kernel.allocator.allocPage({ gfp: Gfp.kernel }))!);
      for (const page of pages) if (page.pfn % 2 === 1) yield* page.put();
    });
    // 100 percent of 192 pages of 257.
    expect(nodeScore(kernel, 0)).toBe(74);
  });
});
