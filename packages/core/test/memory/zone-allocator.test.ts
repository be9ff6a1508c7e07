import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  checkMemory,
  Gfp,
  Kernel,
  type BuddyOptions,
  type MemoryPressure,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';

/** Reclaim as a test wants it: what it was asked, and pages that it frees. */
class Pressure implements MemoryPressure {
  readonly calls: string[] = [];
  spare: Page[] = [];
  hopeful = 0;

  *wakeKswapd(node: number, order: number): Op<void> {
    this.calls.push(`wake ${node} ${order}`);
  }

  *directReclaim(node: number, order: number): Op<number> {
    this.calls.push(`reclaim ${node} ${order}`);
    const page = this.spare.pop();
    if (page === undefined) return 0;
    yield* page.put();
    return 1;
  }

  *outOfMemory(node: number): Op<boolean> {
    this.calls.push(`out of memory ${node}`);
    return this.hopeful-- > 0;
  }
}

function machine(buddy: BuddyOptions = {}): { kernel: Kernel; pressure: Pressure } {
  const kernel = new Kernel({
    nodes: [64],
    pageSize: 1024,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 8, watermarkScaleFactor: 1, ...buddy },
  });
  const pressure = new Pressure();
  kernel.allocator.zoneAllocator!.pressure = pressure;
  return { kernel, pressure };
}

/** Takes all pages above the low mark. */
function* fill(kernel: Kernel, pressure: Pressure): Op<Page[]> {
  const pages: Page[] = [];
  while (pressure.calls.length === 0) pages.push((yield* kernel.allocator.allocPage())!);
  return pages;
}

describe('an allocation below the low mark', () => {
  it('wakes kswapd and goes on above the least mark', () => {
    const { kernel, pressure } = machine();
    runVm(kernel, function* () {
      yield* fill(kernel, pressure);
      expect(pressure.calls).toEqual(['wake 0 0']);
      // The low mark is at 10 pages.
      expect(kernel.allocator.freePages(0)).toBe(9);
    });
    checkMemory(kernel);
  });

  it('reclaims for itself at the least mark, if it may sleep', () => {
    const { kernel, pressure } = machine();
    runVm(kernel, function* () {
      const pages = yield* fill(kernel, pressure);
      expect((yield* kernel.allocator.allocPage())!).not.toBeNull();
      pressure.calls.length = 0;
      expect(yield* kernel.allocator.allocPage({ gfp: Gfp.noWait })).toBeNull();
      expect(pressure.calls).toEqual(['wake 0 0']);
      pressure.calls.length = 0;
      pressure.spare = pages.slice(0, 1);
      expect(yield* kernel.allocator.allocPage()).not.toBeNull();
      expect(pressure.calls).toEqual(['wake 0 0', 'reclaim 0 0']);
    });
    checkMemory(kernel);
  });

  it('fails when nothing can be freed, and tries again as long as there is hope', () => {
    const { kernel, pressure } = machine();
    runVm(kernel, function* () {
      yield* fill(kernel, pressure);
      yield* kernel.allocator.allocPage();
      pressure.calls.length = 0;
      pressure.hopeful = 2;
      expect(yield* kernel.allocator.allocPage()).toBeNull();
    });
    expect(pressure.calls).toEqual([
      'wake 0 0',
      'reclaim 0 0',
      'out of memory 0',
      'reclaim 0 0',
      'out of memory 0',
      'reclaim 0 0',
      'out of memory 0',
    ]);
  });

  it('takes the last pages for whoever frees memory', () => {
    const { kernel, pressure } = machine();
    runVm(kernel, function* () {
      yield* fill(kernel, pressure);
      kernel.machine.current!.inReclaim = true;
      while ((yield* kernel.allocator.allocPage()) !== null);
      kernel.machine.current!.inReclaim = false;
    });
    expect(kernel.allocator.freePages(0)).toBe(0);
    expect(pressure.calls).not.toContain('reclaim 0 0');
  });

  it('for a block reclaims once and compacts', () => {
    const { kernel, pressure } = machine();
    let compactions = 0;
    kernel.events.on('mm_compaction_try_to_compact_pages', () => compactions++);
    runVm(kernel, function* () {
      const pages = yield* fill(kernel, pressure);
      // The rest too, so that no whole block is left.
      kernel.machine.current!.inReclaim = true;
      for (let page = yield* kernel.allocator.allocPage(); page !== null;) {
        pages.push(page);
        page = yield* kernel.allocator.allocPage();
      }
      kernel.machine.current!.inReclaim = false;
      for (const page of pages) if (page.pfn % 2 === 0) yield* page.put();
      pressure.calls.length = 0;
      expect((yield* kernel.allocator.allocPages({ order: 2 }))?.pfn).toBeUndefined();
    });
    expect(pressure.calls).toEqual(['wake 0 2', 'reclaim 0 2']);
    // ASYNC, SYNC_LIGHT and, for an order that is not costly, the whole zone.
    expect(compactions).toBe(3);
    checkMemory(kernel);
  });
});

describe('with pages at hand for each processor, below the least mark', () => {
  const PER_CPU = { perCpu: { batch: 4, high: 16 } };
  const { noWait } = Gfp;

  /** Takes what there is above the least mark without effort. */
  function* exhaust(kernel: Kernel): Op<Page[]> {
    const pages: Page[] = [];
    for (let page = yield* kernel.allocator.allocPage({ gfp: noWait }); page !== null;) {
      pages.push(page);
      page = yield* kernel.allocator.allocPage({ gfp: noWait });
    }
    return pages;
  }

  it('an allocation gets none of those either, unless it may use reserves', () => {
    const { kernel } = machine(PER_CPU);
    const zone = kernel.memory.zones[0]!;
    runVm(kernel, function* () {
      const pages = yield* exhaust(kernel);
      yield* pages[0]!.put();
      yield* pages[1]!.put();
      const atHand = zone.cpuPages;
      expect(atHand).toBeGreaterThanOrEqual(2);
      expect(yield* kernel.allocator.allocPage({ gfp: noWait })).toBeNull();
      expect(zone.cpuPages).toBe(atHand);
      expect((yield* kernel.allocator.allocPage({ gfp: Gfp.atomic }))?.pfn).toBeDefined();
      expect(zone.cpuPages).toBe(atHand - 1);
    });
    checkMemory(kernel);
  });

  it('what reclaim frees goes back from there before an allocation gives up', () => {
    const { kernel, pressure } = machine(PER_CPU);
    runVm(kernel, function* () {
      const pages = yield* exhaust(kernel);
      pressure.spare = pages.slice(0, 8);
      pressure.calls.length = 0;
      expect(yield* kernel.allocator.allocPage()).not.toBeNull();
      expect(pressure.calls).not.toContain('out of memory 0');
    });
    checkMemory(kernel);
  });
});
