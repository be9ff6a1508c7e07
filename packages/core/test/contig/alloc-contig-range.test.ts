import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocContigRange,
  checkMemory,
  Errno,
  findUnmovablePage,
  freeContigRange,
  Gfp,
  isolatePageblock,
  Kernel,
  MigrateReason,
  MigrateType,
  rangeIsIsolated,
  startIsolatePageRange,
  undoIsolatePageRange,
  unisolatePageblock,
  ZoneWord,
  type KernelOptions,
} from '../../src/index.ts';
import { misuse, runVm } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

/** Sixteen page blocks of 8 pages. */
function tinyKernel(options: KernelOptions = {}): Kernel {
  return new Kernel({
    nodes: [128],
    pageSize: 64,
    ...options,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0, ...options.buddy },
  });
}

/** Driver pages in the first `count` frames. */
function* fill(driver: TableDriver, count: number): Op<void> {
  for (let n = 0; n < count; n++) yield* driver.allocate();
}

describe('isolatePageblock', () => {
  it('takes the free pages of a block out of circulation and out of the count', () => {
    const kernel = tinyKernel({ nodes: [32] });
    const [zone] = kernel.memory.zones;
    runVm(kernel, function* () {
      expect(yield* isolatePageblock(kernel, 8, 8, 16)).toBe(0);
      expect(zone!.peek(ZoneWord.free)).toBe(24);
      expect(zone!.peek(ZoneWord.isolatedBlocks)).toBe(1);
      checkMemory(kernel);
      for (let n = 0; n < 24; n++) {
        const page = (yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!;
        expect(page.pfn < 8 || page.pfn >= 16).toBe(true);
      }
      expect(yield* kernel.allocator.allocPage({ gfp: Gfp.kernel })).toBeNull();
      yield* unisolatePageblock(kernel, 8);
      expect(zone!.peek(ZoneWord.free)).toBe(8);
      expect((yield* kernel.allocator.allocPage())!.pfn).toBe(8);
    });
    checkMemory(kernel);
  });

  it('merges what it gives back', () => {
    const kernel = tinyKernel({ nodes: [32] });
    runVm(kernel, function* () {
      expect(yield* startIsolatePageRange(kernel, 0, 16)).toBe(0);
      yield* undoIsolatePageRange(kernel, 0, 16);
    });
    expect(kernel.memory.zones[0]!.buddy!.areas.countAll(4)).toBe(2);
    checkMemory(kernel);
  });

  it('refuses a block twice, and one with a page that cannot move', () => {
    const kernel = tinyKernel();
    runVm(kernel, function* () {
      expect(yield* isolatePageblock(kernel, 8, 8, 16)).toBe(0);
      expect(yield* isolatePageblock(kernel, 8, 8, 16)).toBe(-Errno.EBUSY);
      expect(yield* startIsolatePageRange(kernel, 0, 24)).toBe(-Errno.EBUSY);
      // All or none.
      expect(kernel.memory.blocks!.typeOf(0)).toBe(MigrateType.movable);
      const page = (yield* kernel.allocator.allocPage())!;
      const start = kernel.memory.blocks!.start(page.pfn);
      expect(yield* findUnmovablePage(kernel, start, start + 8)).toBe(page);
      expect(yield* isolatePageblock(kernel, start, start, start + 8)).toBe(-Errno.EBUSY);
    });
    checkMemory(kernel);
  });

  it('lets driver pages be, and everything in a movable zone', () => {
    const kernel = tinyKernel({ nodes: [{ zones: { Normal: 64, Movable: 64 } }] });
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* driver.allocate(Gfp.userMovable);
      expect(driver.places[0]!.pfn).toBe(0);
      yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable });
      expect(yield* findUnmovablePage(kernel, 0, 8)).toBeNull();
      expect(yield* findUnmovablePage(kernel, 64, 72)).toBeNull();
    });
  });

  it('keeps pages that become free', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* fill(driver, 8);
      expect(yield* startIsolatePageRange(kernel, 0, 8)).toBe(0);
      expect(yield* rangeIsIsolated(kernel, 0, 8)).toBe(false);
      const free = kernel.memory.zones[0]!.peek(ZoneWord.free);
      for (let place = 0; place < 8; place++) yield* driver.release(place);
      expect(kernel.memory.zones[0]!.peek(ZoneWord.free)).toBe(free);
      expect(yield* rangeIsIsolated(kernel, 0, 8)).toBe(true);
      expect(yield* rangeIsIsolated(kernel, 0, 16)).toBe(false);
      yield* undoIsolatePageRange(kernel, 0, 8);
    });
    expect(kernel.allocator.freePages(0)).toBe(128);
    checkMemory(kernel);
  });
});

describe('allocContigRange', () => {
  it('moves driver pages out of the range and gives each page of it a reference', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    const reasons: number[] = [];
    kernel.events.on('mm_migrate_pages', ({ reason }) => reasons.push(reason));
    runVm(kernel, function* () {
      yield* fill(driver, 20);
      expect(yield* allocContigRange(kernel, 8, 16)).toBe(0);
      for (let pfn = 8; pfn < 16; pfn++) expect(kernel.page(pfn).refCount).toBe(1);
      expect(kernel.allocator.freePages(0)).toBe(100);
      checkMemory(kernel);
      yield* freeContigRange(kernel, 8, 16);
    });
    expect(reasons).toEqual([MigrateReason.contigRange]);
    expect(driver.moved).toBe(8);
    expect(driver.spoiled()).toEqual([]);
    expect(kernel.allocator.freePages(0)).toBe(108);
    expect(kernel.memory.blocks!.typeOf(8)).toBe(MigrateType.movable);
    expect(kernel.vmstat.read('compact_isolated')).toBe(16);
    checkMemory(kernel);
  });

  it('gives back what the blocks of an uneven range have beyond it', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* fill(driver, 10);
      expect(yield* allocContigRange(kernel, 5, 27)).toBe(0);
      expect(kernel.allocator.freePages(0)).toBe(128 - 10 - 22);
      checkMemory(kernel);
      yield* freeContigRange(kernel, 5, 27);
    });
    expect(kernel.allocator.freePages(0)).toBe(118);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('tries a page five times, then gives up and puts everything back', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    driver.answer = (page) => (page.pfn === 9 ? -Errno.EBUSY : 0);
    let calls = 0;
    kernel.events.on('mm_migrate_pages', () => calls++);
    const profile = runVm(kernel, function* () {
      yield* fill(driver, 16);
      expect(yield* allocContigRange(kernel, 8, 16)).toBe(-Errno.EBUSY);
      return kernel.profile.permanentFailure;
    });
    // linux-5.10 puts a page back whose failure is permanent, so there is nothing left to try.
    expect(profile).toBe('putback');
    expect(calls).toBe(1);
    expect(driver.putBack).toBe(1);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('tries a page that is busy for now five times over', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    let attempts = 0;
    driver.answer = (page) => {
      if (page.pfn !== 9) return 0;
      attempts++;
      return -Errno.EAGAIN;
    };
    let calls = 0;
    kernel.events.on('mm_migrate_pages', () => calls++);
    runVm(kernel, function* () {
      yield* fill(driver, 16);
      expect(yield* allocContigRange(kernel, 8, 16)).toBe(-Errno.EBUSY);
    });
    expect(calls).toBe(5);
    expect(attempts).toBe(50);
    expect(driver.putBack).toBe(1);
    expect(kernel.page(9).refCount).toBe(1);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('ends at once without targets', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* fill(driver, 128);
      expect(yield* allocContigRange(kernel, 8, 16)).toBe(-Errno.ENOMEM);
    });
    expect(driver.putBack).toBe(8);
    expect(kernel.memory.blocks!.typeOf(8)).toBe(MigrateType.movable);
    checkMemory(kernel);
  });

  it.each([
    [120, 130],
    [-1, 8],
    [8, 8],
    [60, 70],
  ])('has no range %d to %d', (start, end) => {
    const kernel = tinyKernel({ nodes: [64, 64] });
    expect(misuse(() => runVm(kernel, () => allocContigRange(kernel, start, end))).code).toBe('MP_PARAMETER');
  });
});
