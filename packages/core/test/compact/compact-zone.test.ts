import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  checkMemory,
  CompactControl,
  compactNode,
  CompactResult,
  compactResultName,
  compactZone,
  Errno,
  Gfp,
  Kernel,
  MigrateMode,
  MigrateType,
  PageFlag,
  type CompactOptions,
  type KernelOptions,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

/** Eight page blocks of 8 pages. */
function tinyKernel(options: KernelOptions = {}): Kernel {
  return new Kernel({
    nodes: [64],
    pageSize: 64,
    ...options,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0, ...options.buddy },
  });
}

/** Fills memory with driver pages and gives every second one up. */
function* scatter(kernel: Kernel, driver: TableDriver): Op<void> {
  while ((yield* driver.allocate()) !== null);
  for (let place = 0; place < driver.places.length; place += 2) yield* driver.release(place);
}

function* compact(kernel: Kernel, options: Partial<CompactOptions> = {}): Op<CompactResult> {
  const cc = new CompactControl(kernel, kernel.memory.zones[0]!, {
    order: -1,
    mode: MigrateMode.sync,
    migrateType: MigrateType.movable,
    wholeZone: true,
    ...options,
  });
  const result = yield* compactZone(cc);
  cc.dispose();
  return result;
}

/** Free blocks of at least a page block. */
function wholeBlocks(kernel: Kernel): number {
  const { areas } = kernel.memory.zones[0]!.buddy!;
  return areas.countAll(3) + 2 * areas.countAll(4);
}

describe('compactZone', () => {
  it('moves driver pages up and leaves whole blocks behind, with what they held', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      expect(wholeBlocks(kernel)).toBe(0);
      expect(yield* compact(kernel)).toBe(CompactResult.complete);
    });
    // Pages of the fourth block are isolated when the scanners have met, and go back.
    expect(wholeBlocks(kernel)).toBe(3);
    expect(driver.moved).toBe(12);
    expect(driver.putBack).toBe(4);
    expect(driver.places.filter((page) => page !== null).every((page) => page.pfn >= 24)).toBe(true);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('counts what it scans, takes and moves', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      yield* compact(kernel);
    });
    const { vmstat } = kernel;
    expect(vmstat.read('pgmigrate_success')).toBe(12);
    expect(vmstat.read('compact_migrate_scanned')).toBe(32);
    // 16 pages to move and 12 targets for them.
    expect(vmstat.read('compact_isolated')).toBe(28);
    expect(vmstat.read('compact_free_scanned')).toBeGreaterThan(16);
  });

  it('tells of its scanners and its end', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    const seen: string[] = [];
    const { events } = kernel;
    events.on('mm_compaction_begin', (at) => seen.push(`begin ${at.migratePfn} ${at.freePfn}`));
    events.on('mm_compaction_isolate_migratepages', (at) =>
      seen.push(`migrate ${at.startPfn}-${at.endPfn}: ${at.taken} of ${at.scanned}`),
    );
    events.on('mm_compaction_migratepages', (at) => seen.push(`moved ${at.migrated}, ${at.failed} failed`));
    events.on('mm_compaction_end', (at) => seen.push(`end ${compactResultName(at.status)}`));
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      yield* compact(kernel);
    });
    expect(seen).toEqual([
      'begin 0 56',
      'migrate 0-8: 4 of 8',
      'moved 4, 0 failed',
      'migrate 8-16: 4 of 8',
      'moved 4, 0 failed',
      'migrate 16-24: 4 of 8',
      'moved 4, 0 failed',
      'migrate 24-32: 4 of 8',
      'moved 0, 4 failed',
      'end complete',
    ]);
  });

  it('stops once there is a block of the order', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      expect(yield* compact(kernel, { order: 3, wholeZone: false })).toBe(CompactResult.success);
      expect(wholeBlocks(kernel)).toBe(1);
      expect(driver.moved).toBe(4);
      // There is one: nothing to do.
      expect(yield* compact(kernel, { order: 3, wholeZone: false })).toBe(CompactResult.success);
    });
    expect(driver.moved).toBe(4);
  });

  it('goes on where it left off', () => {
    const kernel = tinyKernel({ nodes: [128] });
    const driver = new TableDriver(kernel);
    const begins: number[] = [];
    kernel.events.on('mm_compaction_begin', (at) => begins.push(at.migratePfn));
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      for (let round = 0; round < 3; round++) {
        expect(yield* compact(kernel, { order: 3, wholeZone: false })).toBe(CompactResult.success);
        yield* kernel.allocator.allocPages({ order: 3, gfp: Gfp.highUserMovable });
      }
    });
    expect(begins).toEqual([0, 0, 8]);
  });

  it('leaves pages that do not move where they are', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    const fixed: Page[] = [];
    runVm(kernel, function* () {
      for (let n = 0; n < 64; n++) {
        if (n % 8 === 3) fixed.push((yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!);
        else yield* driver.allocate();
      }
      for (let place = 0; place < driver.places.length; place += 2) yield* driver.release(place);
      yield* compact(kernel);
    });
    expect(wholeBlocks(kernel)).toBe(0);
    expect(fixed.map((page) => page.pfn % 8)).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
    expect(fixed.every((page) => page.refCount === 1)).toBe(true);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('puts pages back that their driver cannot move', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    driver.answer = (page) => (page.pfn % 4 === 1 ? -Errno.EBUSY : 0);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      yield* compact(kernel);
    });
    expect(driver.putBack).toBeGreaterThan(0);
    for (const page of driver.places) {
      if (page === null) continue;
      expect(page.refCount).toBe(1);
      expect(page.peekFlags() & PageFlag.isolated).toBe(0);
    }
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('ends without a target, everything back in its place', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    const results = runVm(kernel, function* () {
      while ((yield* driver.allocate()) !== null);
      return [yield* compact(kernel), yield* compact(kernel, { order: 3 })];
    });
    expect(results).toEqual([CompactResult.complete, CompactResult.skipped]);
    expect(driver.moved).toBe(0);
    expect(driver.putBack).toBe(driver.isolated);
    checkMemory(kernel);
  });

  it('ends at the next look when somebody wants it to', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      const cc = new CompactControl(kernel, kernel.memory.zones[0]!, {
        order: -1,
        mode: MigrateMode.sync,
        migrateType: MigrateType.movable,
        wholeZone: true,
      });
      kernel.events.on('mm_compaction_migratepages', () => {
        cc.contended = driver.moved >= 8;
      });
      expect(yield* compactZone(cc)).toBe(CompactResult.contended);
      cc.dispose();
    });
    expect(driver.moved).toBe(8);
    checkMemory(kernel);
  });

  it('looks no more at blocks in which there was nothing, unless told to', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    driver.refuses = () => true;
    const taken: number[] = [];
    kernel.events.on('mm_compaction_isolate_migratepages', (at) => taken.push(at.taken));
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      yield* compact(kernel);
      expect(taken).toEqual([0, 0, 0, 0, 0, 0, 0]);
      driver.refuses = () => false;
      yield* compact(kernel);
      expect(driver.moved).toBe(0);
      yield* compact(kernel, { ignoreSkipHint: true });
    });
    expect(driver.moved).toBe(12);
    checkMemory(kernel);
  });

  it('keeps the least mark of the zone while it takes targets', () => {
    const kernel = tinyKernel({
      pageSize: 1024,
      buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 24 },
    });
    const driver = new TableDriver(kernel);
    const [zone] = kernel.memory.zones;
    let least = Infinity;
    kernel.events.on('mm_compaction_isolate_freepages', () => {
      least = Math.min(least, zone!.freePages);
    });
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      yield* compact(kernel);
    });
    expect(driver.moved).toBeGreaterThan(0);
    expect(least).toBeGreaterThanOrEqual(24);
    checkMemory(kernel);
  });
});

describe('compactNode', () => {
  it('compacts every zone of a node and no other', () => {
    const kernel = tinyKernel({ nodes: [{ zones: { DMA32: 64, Normal: 64 } }, 64] });
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      yield* compactNode(kernel, 0);
    });
    const whole = kernel.memory.zones.map(
      ({ buddy }) => buddy!.areas.countAll(3) + 2 * buddy!.areas.countAll(4),
    );
    expect(whole).toEqual([3, 3, 0]);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });
});

describe('direct compaction', () => {
  it('finds a block for whoever asks, and counts', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      const page = yield* kernel.allocator.allocPages({ order: 3, gfp: Gfp.highUserMovable });
      expect(page).not.toBeNull();
      expect(kernel.machine.current!.inReclaim).toBe(false);
    });
    const { vmstat } = kernel;
    expect(
      ['compact_stall', 'compact_success', 'compact_fail'].map((name) =>
        vmstat.read(name as 'compact_stall'),
      ),
    ).toEqual([1, 1, 0]);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('does not run for whoever must not sleep', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      const gfp = { ...Gfp.highUserMovable, maySleep: false };
      expect(yield* kernel.allocator.allocPages({ order: 3, gfp })).toBeNull();
    });
    expect(driver.isolated).toBe(0);
  });

  it('gives up on a chunk at its first page that stays, when it must not wait', () => {
    const kernel = tinyKernel({ buddy: { pageBlockOrder: 4, maxOrder: 4 } });
    const driver = new TableDriver(kernel);
    // The second page of each chunk of 8 in use stays.
    driver.refuses = (page) => page.pfn % 8 === 3;
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      const result = yield* compact(kernel, {
        order: 3,
        mode: MigrateMode.async,
        direct: true,
        wholeZone: false,
      });
      expect(result).toBe(CompactResult.complete);
    });
    // The first page of the chunk was taken and put back; the rest was not touched.
    expect(driver.moved).toBe(0);
    expect(driver.isolated).toBe(driver.putBack);
    expect(driver.isolated).toBe(6);
    checkMemory(kernel);
  });

  it('is left out for a while after it failed', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    driver.refuses = () => true;
    let attempts = 0;
    kernel.events.on('mm_compaction_begin', () => attempts++);
    runVm(kernel, function* () {
      yield* scatter(kernel, driver);
      const gfp = { ...Gfp.highUserMovable, noRetry: true };
      for (let n = 0; n < 8; n++) expect(yield* kernel.allocator.allocPages({ order: 3, gfp })).toBeNull();
    });
    // The first, the third, the seventh.
    expect(attempts).toBe(3);
  });
});
