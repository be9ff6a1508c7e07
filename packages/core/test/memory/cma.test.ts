import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocContigRange,
  checkMemory,
  formatZoneinfo,
  freeContigRange,
  Gfp,
  Kernel,
  MigrateType,
  ZoneWord,
} from '../../src/index.ts';
import { runVm } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

/** Eight page blocks of 8 pages; some of them for CMA. */
function machine(cma = [{ startPfn: 16, pages: 16 }]): Kernel {
  return new Kernel({
    nodes: [64],
    pageSize: 64,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0, cma },
  });
}

/** Frames that requests get until there are none. */
function* drain(kernel: Kernel, gfp: Gfp): Op<number[]> {
  const pfns: number[] = [];
  for (let page = yield* kernel.allocator.allocPage({ gfp }); page !== null;) {
    pfns.push(page.pfn);
    page = yield* kernel.allocator.allocPage({ gfp });
  }
  return pfns;
}

const inCma = (pfn: number) => pfn >= 16 && pfn < 32;

describe('CMA', () => {
  it('counts as free, and is counted apart', () => {
    const kernel = machine();
    const [zone] = kernel.memory.zones;
    expect([zone!.peek(ZoneWord.free), zone!.peek(ZoneWord.freeCma)]).toEqual([64, 16]);
    expect(formatZoneinfo(kernel)).toContain('        cma      16\n');
    checkMemory(kernel);
  });

  it('is for pages that can move, and nobody else, to the last page', () => {
    const kernel = machine();
    runVm(kernel, function* () {
      const fixed = yield* drain(kernel, Gfp.kernel);
      expect(fixed).toHaveLength(48);
      expect(fixed.some(inCma)).toBe(false);
      const movable = yield* drain(kernel, Gfp.highUserMovable);
      expect(movable).toHaveLength(16);
      expect(movable.every(inCma)).toBe(true);
    });
    checkMemory(kernel);
  });

  it('is used first by those when most of what is free is CMA', () => {
    const kernel = machine([{ startPfn: 0, pages: 40 }]);
    const first = runVm(kernel, function* () {
      return (yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!.pfn;
    });
    expect(first).toBeLessThan(40);
    expect(kernel.memory.zones[0]!.peek(ZoneWord.freeCma)).toBe(39);
  });

  it('can be had in one piece once its pages have moved', () => {
    const kernel = machine([{ startPfn: 0, pages: 40 }]);
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      for (let n = 0; n < 12; n++) yield* driver.allocate();
      expect(driver.places.filter((page) => page!.pfn < 16).length).toBeGreaterThan(0);
      expect(yield* allocContigRange(kernel, 0, 16, MigrateType.cma)).toBe(0);
      expect(driver.places.every((page) => page!.pfn >= 16)).toBe(true);
      checkMemory(kernel);
      yield* freeContigRange(kernel, 0, 16);
    });
    expect(kernel.memory.blocks!.typeOf(0)).toBe(MigrateType.cma);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('is not had by a request for other memory', () => {
    const kernel = machine();
    expect(runVm(kernel, () => allocContigRange(kernel, 16, 32))).toBe(-16);
    expect(runVm(kernel, () => allocContigRange(kernel, 16, 32, MigrateType.cma))).toBe(0);
  });

  it.each([
    [4, 8],
    [0, 12],
    [56, 16],
  ])('is made of whole page blocks: not %d, %d', (startPfn, pages) => {
    expect(() => machine([{ startPfn, pages }])).toThrow(expect.objectContaining({ code: 'MP_PARAMETER' }));
  });
});
