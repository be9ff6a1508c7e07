import { describe, expect, it } from 'vitest';
import {
  compactionSuitable,
  CompactResult,
  Gfp,
  Kernel,
  ZoneWord,
  type CompactResult as Result,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';

/** 512 pages of which the last `free` of every block of 32 are free, then asked about an order. */
function suitability(
  free: number,
  order: number,
  marks = { min: 0, low: 0 },
): { result: Result; told: Result[] } {
  const kernel = new Kernel({
    nodes: [512],
    pageSize: 1024,
    buddy: { pageBlockOrder: 5, maxOrder: 6, minFreeKbytes: 0, watermarkScaleFactor: 1 },
  });
  const told: Result[] = [];
  kernel.events.on('mm_compaction_suitable', (event) => told.push(event.result));
  const result = runVm(kernel, function* () {
    const pages: Page[] = [];
    for (let n = 0; n < 512; n++) {
      const page = yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable });
      if (page === null) break;
      pages.push(page);
    }
    for (const page of pages) if (page.pfn % 32 >= 32 - free) yield* page.put();
    const [zone] = kernel.memory.zones;
    zone!.poke(ZoneWord.min, marks.min);
    zone!.poke(ZoneWord.low, marks.low);
    return yield* compactionSuitable(kernel, kernel.memory.zones[0]!, { order });
  });
  return { result, told };
}

describe('compactionSuitable', () => {
  it('has no objection to compacting all there is', () => {
    expect(suitability(0, -1)).toEqual({ result: CompactResult.continue, told: [] });
  });

  it('has nothing to do where there is a block', () => {
    expect(suitability(8, 3).result).toBe(CompactResult.success);
  });

  it('wants room for twice the block', () => {
    // 16 free pages, two for each of the 8 of the block and none above.
    expect(suitability(1, 3).result).toBe(CompactResult.skipped);
    expect(suitability(2, 3).result).toBe(CompactResult.continue);
  });

  it('wants the low mark kept for costly orders, the least for others', () => {
    // 48 free pages: 10 and 16 more are there, 20 and 32 more are not.
    const marks = { min: 10, low: 20 };
    expect(suitability(3, 3, marks).result).toBe(CompactResult.continue);
    expect(suitability(3, 4, marks).result).toBe(CompactResult.skipped);
    expect(suitability(3, 4, { min: 10, low: 10 }).result).toBe(CompactResult.continue);
  });

  it('tells memory that is lacking from memory that is scattered', () => {
    // Blocks of two pages and of one: scattered. Blocks of sixteen: of twice that there are just too few.
    expect(suitability(3, 4)).toEqual({ result: CompactResult.continue, told: [CompactResult.continue] });
    expect(suitability(16, 5).told).toEqual([CompactResult.notSuitableZone]);
    expect(suitability(16, 5).result).toBe(CompactResult.skipped);
  });
});
