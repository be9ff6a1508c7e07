import { describe, expect, it } from 'vitest';
import { Gfp, Kernel, watermarksOf, ZoneType, ZoneWord } from '../../src/index.ts';
import { defaultMinFreeKbytes } from '../../src/memory/watermarks.ts';
import { zoneWatermarkOk } from '../../src/memory/watermark-ok.ts';
import { runVm } from '../support.ts';

describe('watermarksOf', () => {
  it('gives a zone its share of what is kept free', () => {
    const marks = watermarksOf({
      pagesMin: 67_584 >> 2,
      managed: 1_000_000,
      lowmem: 2_000_000,
      scaleFactor: 10,
    });
    expect(marks).toEqual({ min: 8448, low: 10_560, high: 12_672, promo: 14_784 });
  });

  it('widens the gaps by the scale factor', () => {
    const facts = { pagesMin: 100, managed: 100_000, lowmem: 100_000 };
    expect(watermarksOf({ ...facts, scaleFactor: 10 })).toEqual({
      min: 100,
      low: 200,
      high: 300,
      promo: 400,
    });
    expect(watermarksOf({ ...facts, scaleFactor: 1 })).toEqual({ min: 100, low: 125, high: 150, promo: 175 });
  });
});

describe('defaultMinFreeKbytes', () => {
  it.each([
    [512, 128],
    [16 << 20, 16_384],
    [2 ** 40, 262_144],
  ])('of %d kilobytes is %d', (lowmem, kbytes) => {
    expect(defaultMinFreeKbytes(lowmem)).toBe(kbytes);
  });
});

describe('a zone with marks', () => {
  /** 1024 pages of which 16 are the least, 20 the low mark. */
  function marked(): Kernel {
    return new Kernel({
      nodes: [{ zones: { DMA32: 1024, Normal: 1024 } }],
      pageSize: 1024,
      buddy: { minFreeKbytes: 32, watermarkScaleFactor: 1 },
    });
  }

  it('has them, and a reserve against requests that could go elsewhere', () => {
    const [dma32, normal] = marked().memory.zones;
    const marks = [ZoneWord.min, ZoneWord.low, ZoneWord.high, ZoneWord.promo];
    expect(marks.map((mark) => dma32!.peek(mark))).toEqual([16, 20, 24, 28]);
    expect(dma32!.lowmemReserve).toEqual([0, 0, 4, 4]);
    expect(normal!.lowmemReserve).toEqual([0, 0, 0, 0]);
  });

  it.each([
    { what: 'above the mark', order: 0, free: 17, ok: true },
    { what: 'at the mark', order: 0, free: 16, ok: false },
    { what: 'for others, at mark and reserve', order: 0, free: 20, highestZone: ZoneType.normal, ok: false },
    { what: 'for others, above both', order: 0, free: 21, highestZone: ZoneType.normal, ok: true },
    { what: 'for a block that would go below', order: 3, free: 23, ok: false },
    { what: 'for a block that would not', order: 3, free: 24, ok: true },
    { what: 'for whoever may use reserves', order: 0, free: 9, reserves: true, ok: true },
    { what: 'for whoever may, but not so far', order: 0, free: 8, reserves: true, ok: false },
    { what: 'and cannot sleep', order: 0, free: 7, reserves: true, nonBlocking: true, ok: true },
  ])('is $ok $what', ({ ok, free, order, ...question }) => {
    const zone = marked().memory.zones[0]!;
    const asked = {
      mark: 16,
      order,
      highestZone: ZoneType.dma32,
      cma: false,
      reserves: false,
      nonBlocking: false,
      ...question,
    };
    expect(zoneWatermarkOk(zone, asked, free)).toBe(ok);
  });

  it('gives its last pages only to those who may use reserves', () => {
    const kernel = marked();
    const left = runVm(kernel, function* () {
      const counts: number[] = [];
      for (const gfp of [Gfp.kernel, Gfp.noWait, Gfp.atomic]) {
        while ((yield* kernel.allocator.allocPage({ gfp })) !== null);
        counts.push(kernel.allocator.freePages(0));
      }
      return counts;
    });
    // 16 pages in each zone, and 4 more in the lower one, are left by those who ask for a Normal page.
    expect(left).toEqual([36, 36, 16]);
  });
});
