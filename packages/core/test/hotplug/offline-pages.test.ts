import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  checkMemory,
  Errno,
  Gfp,
  Kernel,
  MigrateType,
  offlinePages,
  onlinePages,
  ZoneWord,
  type KernelOptions,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

function tinyKernel(options: KernelOptions = {}): Kernel {
  return new Kernel({
    nodes: [64, 64],
    pageSize: 1024,
    ...options,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 16, watermarkScaleFactor: 1, ...options.buddy },
  });
}

function* fill(driver: TableDriver, count: number): Op<void> {
  for (let n = 0; n < count; n++) yield* driver.allocate();
}

describe('offlinePages', () => {
  it('moves driver pages to other nodes and takes the memory away', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    const seen: string[] = [];
    kernel.memoryNotifiers.register(function* ({ action, startPfn, pages }) {
      seen.push(`${action} ${startPfn} ${pages}`);
      return 0;
    });
    const [zone] = kernel.memory.zones;
    expect(zone!.peek(ZoneWord.min)).toBe(8);
    runVm(kernel, function* () {
      yield* fill(driver, 12);
      expect(yield* offlinePages(kernel, 0, 32)).toBe(0);
      checkMemory(kernel);
    });
    expect(driver.places.every((page) => page!.node === 1)).toBe(true);
    expect(driver.spoiled()).toEqual([]);
    expect(seen).toEqual(['going-offline 0 32', 'offline 0 32']);
    expect([zone!.managedPages, zone!.peek(ZoneWord.present), zone!.peek(ZoneWord.free)]).toEqual([
      32, 32, 32,
    ]);
    // A third of what is left, of 16 pages.
    expect(zone!.peek(ZoneWord.min)).toBe(5);
    expect(zone!.peek(ZoneWord.isolatedBlocks)).toBe(0);
  });

  it('keeps pages on the node if there is no other', () => {
    const kernel = tinyKernel({ nodes: [64] });
    const driver = new TableDriver(kernel);
    runVm(kernel, function* () {
      yield* fill(driver, 12);
      expect(yield* offlinePages(kernel, 0, 32)).toBe(0);
    });
    expect(driver.places.every((page) => page!.pfn >= 32)).toBe(true);
    checkMemory(kernel);
  });

  it('keeps pages on the node if the memory of all others is offline', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    let turns = 0;
    const signalPending = function* (): Op<boolean> {
      return ++turns > 40;
    };
    runVm(kernel, function* () {
      yield* fill(driver, 12);
      expect(yield* offlinePages(kernel, 64, 64)).toBe(0);
      expect(yield* offlinePages(kernel, 0, 32, { signalPending })).toBe(0);
    });
    expect(driver.places.every((page) => page!.node === 0 && page!.pfn >= 32)).toBe(true);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('gives nobody what is offline, until it is online again', () => {
    const kernel = tinyKernel({ nodes: [64], buddy: { minFreeKbytes: 0 } });
    runVm(kernel, function* () {
      expect(yield* offlinePages(kernel, 32, 32)).toBe(0);
      const pages: Page[] = [];
      for (
        let page = yield* kernel.allocator.allocPage();
        page !== null;
        page = yield* kernel.allocator.allocPage()
      )
        pages.push(page);
      expect(pages.map(({ pfn }) => pfn).every((pfn) => pfn < 32)).toBe(true);
      for (const page of pages) yield* page.put();
      expect(yield* offlinePages(kernel, 32, 32)).toBe(-Errno.EINVAL);
      expect(yield* onlinePages(kernel, 0, 32)).toBe(-Errno.EINVAL);
      expect(yield* onlinePages(kernel, 32, 32)).toBe(0);
    });
    expect(kernel.allocator.freePages(0)).toBe(64);
    expect(kernel.memory.zones[0]!.buddy!.areas.countAll(4)).toBe(4);
    checkMemory(kernel);
  });

  it('is vetoed by a notifier, who then hears of it', () => {
    const kernel = tinyKernel();
    const seen: string[] = [];
    kernel.memoryNotifiers.register(function* ({ action }) {
      seen.push(action);
      return action === 'going-offline' ? -Errno.EBUSY : 0;
    });
    runVm(kernel, function* () {
      expect(yield* offlinePages(kernel, 0, 32)).toBe(-Errno.EBUSY);
    });
    expect(seen).toEqual(['going-offline', 'cancel-offline']);
    expect(kernel.allocator.freePages(0)).toBe(64);
    expect(kernel.memory.blocks!.typeOf(0)).toBe(MigrateType.movable);
    checkMemory(kernel);
  });

  it('is refused by a page that cannot move', () => {
    const kernel = tinyKernel();
    runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage({ gfp: Gfp.kernel }))!;
      expect(yield* offlinePages(kernel, kernel.memory.blocks!.start(page.pfn), 8)).toBe(-Errno.EBUSY);
    });
    checkMemory(kernel);
  });

  it('tries without end, until a signal', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    let turns = 0;
    let attempts = 0;
    driver.answer = () => {
      attempts++;
      return -Errno.EBUSY;
    };
    runVm(kernel, function* () {
      yield* fill(driver, 1);
      const signalPending = function* (): Op<boolean> {
        return ++turns > 40;
      };
      expect(yield* offlinePages(kernel, 0, 8, { signalPending })).toBe(-Errno.EINTR);
    });
    expect(attempts).toBe(40);
    expect(driver.places[0]!.refCount).toBe(1);
    expect(kernel.allocator.freePages(0)).toBe(63);
    checkMemory(kernel);
  });

  it('comes to its end once the page moves', () => {
    const kernel = tinyKernel();
    const driver = new TableDriver(kernel);
    let left = 25;
    driver.answer = () => (left-- > 0 ? -Errno.EAGAIN : 0);
    runVm(kernel, function* () {
      yield* fill(driver, 1);
      expect(yield* offlinePages(kernel, 0, 8)).toBe(0);
    });
    expect(driver.places[0]!.node).toBe(1);
    expect(driver.putBack).toBe(2);
  });

  it.each([
    [4, 8],
    [0, 4],
    [0, 0],
    [56, 16],
    [120, 16],
    [-8, 8],
  ])('takes no %d, %d pages', (start, pages) => {
    const kernel = tinyKernel();
    expect(runVm(kernel, () => offlinePages(kernel, start, pages))).toBe(-Errno.EINVAL);
  });

  it('gets pages that processors have at hand', () => {
    const kernel = tinyKernel({ cpus: 2, buddy: { perCpu: { batch: 4, high: 16 } } });
    runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!;
      expect(kernel.memory.zones[0]!.cpuPages).toBe(3);
      const offlining = kernel.memory.blocks!.start(page.pfn);
      yield* page.put();
      expect(yield* offlinePages(kernel, offlining, 8)).toBe(0);
    });
    checkMemory(kernel);
  });
});
