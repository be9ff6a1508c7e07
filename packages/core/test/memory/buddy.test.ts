import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  checkMemory,
  Gfp,
  Kernel,
  MigrateType,
  ZoneWord,
  type KernelOptions,
  type Page,
} from '../../src/index.ts';
import { PageWord } from '../../src/memory/frame-table.ts';
import { misuse, runVm } from '../support.ts';

/** A machine of page blocks of 16 pages and blocks of up to 32. */
function buddyKernel(options: KernelOptions = {}): Kernel {
  return new Kernel({
    nodes: [128],
    pageSize: 64,
    ...options,
    buddy: { pageBlockOrder: 4, maxOrder: 5, minFreeKbytes: 0, ...options.buddy },
  });
}

/** Free blocks of each order, of all types. */
function blocks(kernel: Kernel, zone = 0): number[] {
  const { areas, maxOrder } = kernel.memory.zones[zone]!.buddy!;
  return Array.from({ length: maxOrder + 1 }, (_, order) => areas.countAll(order));
}

function* take(kernel: Kernel, order: number, gfp: Gfp = Gfp.highUserMovable): Op<Page> {
  const page = yield* kernel.allocator.allocPages({ order, gfp });
  if (page === null) throw new Error(`no block of order ${order}`);
  return page;
}

describe('the buddy allocator', () => {
  it('begins with the largest blocks there are', () => {
    expect(blocks(buddyKernel())).toEqual([0, 0, 0, 0, 0, 4]);
    expect(blocks(buddyKernel({ nodes: [77] }))).toEqual([1, 0, 1, 1, 0, 2]);
    expect(buddyKernel({ nodes: [77] }).allocator.freePages(0)).toBe(77);
  });

  it('halves a block until it fits, gives the lower half, and merges it again', () => {
    const kernel = buddyKernel();
    runVm(kernel, function* () {
      const page = yield* take(kernel, 1);
      expect(page.pfn).toBe(0);
      expect(blocks(kernel)).toEqual([0, 1, 1, 1, 1, 3]);
      const next = yield* take(kernel, 0);
      expect(next.pfn).toBe(2);
      yield* kernel.allocator.freeBlock(page, 1);
      expect(blocks(kernel)).toEqual([1, 1, 1, 1, 1, 3]);
      yield* next.put();
    });
    expect(blocks(kernel)).toEqual([0, 0, 0, 0, 0, 4]);
    checkMemory(kernel);
  });

  it('gives the first page of a block a reference and the others none', () => {
    const kernel = buddyKernel();
    runVm(kernel, function* () {
      const page = yield* take(kernel, 2);
      expect([0, 1, 2, 3].map((n) => kernel.page(page.pfn + n).refCount)).toEqual([1, 0, 0, 0]);
      checkMemory(kernel);
      yield* kernel.allocator.splitBlock(page, 2);
      expect([0, 1, 2, 3].map((n) => kernel.page(page.pfn + n).refCount)).toEqual([1, 1, 1, 1]);
      for (let n = 0; n < 4; n++) yield* kernel.page(page.pfn + n).put();
    });
    expect(blocks(kernel)).toEqual([0, 0, 0, 0, 0, 4]);
    checkMemory(kernel);
  });

  it('never merges across the end of a zone', () => {
    const kernel = buddyKernel({ nodes: [{ zones: { DMA32: 48, Normal: 48 } }] });
    runVm(kernel, function* () {
      const pages: Page[] = [];
      for (
        let page = yield* kernel.allocator.allocPage();
        page !== null;
        page = yield* kernel.allocator.allocPage()
      )
        pages.push(page);
      expect(pages).toHaveLength(96);
      for (const page of pages) yield* page.put();
    });
    expect(blocks(kernel, 0)).toEqual([0, 0, 0, 0, 1, 1]);
    expect(blocks(kernel, 1)).toEqual([0, 0, 0, 0, 1, 1]);
    checkMemory(kernel);
  });

  it('takes no page that must stay where it is from the movable zone', () => {
    const kernel = buddyKernel({ nodes: [{ zones: { Normal: 32, Movable: 32 } }] });
    runVm(kernel, function* () {
      expect((yield* take(kernel, 0, Gfp.highUserMovable)).pfn).toBe(32);
      for (let n = 0; n < 32; n++) expect((yield* take(kernel, 0, Gfp.kernel)).pfn).toBeLessThan(32);
      expect(yield* kernel.allocator.allocPage()).toBeNull();
    });
    expect(kernel.allocator.freePages(0)).toBe(31);
  });

  it.each([6, -1, 0.5])('has no blocks of order %d', (order) => {
    const kernel = buddyKernel();
    const error = misuse(() => runVm(kernel, () => kernel.allocator.allocPages({ order })));
    expect(error.message).toBe(`there are no blocks of order ${order}; ask for 0 to 5`);
  });

  it('gives no block at all in a machine without one', () => {
    const kernel = new Kernel({ nodes: [8], pageSize: 64 });
    expect(runVm(kernel, () => kernel.allocator.allocPages({ order: 1 }))).toBeNull();
  });

  it('knows when its lists are touched from outside', () => {
    const kernel = buddyKernel();
    kernel.frames.poke(0, PageWord.private, 3);
    expect(() => checkMemory(kernel)).toThrow(expect.objectContaining({ code: 'MP_LIST_CORRUPTION' }));
    const other = buddyKernel();
    runVm(other, () => take(other, 0));
    other.frames.poke(0, PageWord.refCount, 0);
    expect(() => checkMemory(other)).toThrow('page 0 is neither free nor in use');
    other.memory.zones[0]!.poke(ZoneWord.free, 5);
    expect(() => checkMemory(other)).toThrow('counts 5 free pages and has 127');
  });

  it.each([undefined, { batch: 4, high: 8 }])(
    'conserves memory through ten thousand random requests, lists of processors: %o',
    (perCpu) => {
      const kernel = buddyKernel({
        cpus: 2,
        nodes: [{ zones: { Normal: 100, Movable: 60 } }, 96],
        buddy: { pageBlockOrder: 4, maxOrder: 5, minFreeKbytes: 0, ...(perCpu && { perCpu }) },
      });
      const gfps = [Gfp.kernel, Gfp.highUserMovable, Gfp.noWait];
      let seed = 1;
      const next = (bound: number) => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return (seed >>> 8) % bound;
      };
      runVm(kernel, function* () {
        const held: { page: Page; order: number }[] = [];
        for (let turn = 0; turn < 10_000; turn++) {
          if (next(5) < 3) {
            const order = next(4) === 0 ? next(6) : 0;
            const page = yield* kernel.allocator.allocPages({ order, gfp: gfps[next(3)]!, node: next(2) });
            if (page !== null) held.push({ page, order });
          } else if (held.length > 0) {
            const [{ page, order }] = held.splice(next(held.length), 1) as [{ page: Page; order: number }];
            yield* kernel.allocator.freeBlock(page, order);
          }
          if (turn % 500 === 0) checkMemory(kernel);
        }
        const inUse = held.reduce((sum, { order }) => sum + (1 << order), 0);
        expect(kernel.allocator.freePages(0) + kernel.allocator.freePages(1)).toBe(256 - inUse);
        for (const { page, order } of held) yield* kernel.allocator.freeBlock(page, order);
        for (const zone of kernel.memory.zones) yield* kernel.allocator.zoneAllocator!.drain(zone);
      });
      checkMemory(kernel);
      // With everything back, everything has merged.
      expect(blocks(kernel, 0)).toEqual([0, 0, 1, 0, 0, 3]);
      expect(kernel.memory.zones.map((zone) => zone.cpuPages)).toEqual([0, 0, 0]);
    },
  );

  it('counts where pages came from, for each node', () => {
    const kernel = buddyKernel({ nodes: [32, 32], cpus: 2 });
    runVm(kernel, function* () {
      for (let n = 0; n < 40; n++) yield* kernel.allocator.allocPage({ node: 0 });
    });
    const { nodeStat } = kernel.memory;
    const counts = [0, 1].map((node) =>
      (['numa_hit', 'numa_miss', 'numa_foreign', 'numa_local', 'numa_other'] as const).map((name) =>
        nodeStat.read(node, name),
      ),
    );
    expect(counts).toEqual([
      [32, 0, 8, 32, 0],
      [0, 8, 0, 0, 8],
    ]);
  });
});

describe('page blocks', () => {
  it('are taken over by requests of another type when most of the block is theirs to have', () => {
    const kernel = buddyKernel();
    const { blocks: types } = kernel.memory;
    runVm(kernel, function* () {
      expect(types!.typeOf(0)).toBe(MigrateType.movable);
      // The largest free block goes over whole, both its page blocks.
      const page = yield* take(kernel, 0, Gfp.kernel);
      expect(page.pfn).toBe(0);
      expect([0, 16, 32].map((pfn) => types!.typeOf(pfn))).toEqual([
        MigrateType.unmovable,
        MigrateType.unmovable,
        MigrateType.movable,
      ]);
      // What follows stays in them.
      for (let n = 1; n < 32; n++) expect((yield* take(kernel, 0, Gfp.kernel)).pfn).toBeLessThan(32);
      expect((yield* take(kernel, 0, Gfp.highUserMovable)).pfn).toBe(32);
    });
    checkMemory(kernel);
  });

  it('are taken over, with an event, when what they have in use cannot move either', () => {
    const kernel = buddyKernel({ nodes: [32] });
    const seen: unknown[] = [];
    kernel.events.on('mm_page_alloc_extfrag', (event) => seen.push(event));
    runVm(kernel, function* () {
      const pages: Page[] = [];
      for (let n = 0; n < 32; n++) pages.push(yield* take(kernel, 0));
      yield* pages[5]!.put();
      yield* pages[9]!.put();
      expect((yield* take(kernel, 0, Gfp.kernel)).pfn).toBe(5);
    });
    expect(seen).toEqual([
      {
        pfn: 9,
        allocOrder: 0,
        fallbackOrder: 0,
        pageblockOrder: 4,
        allocMigrateType: MigrateType.unmovable,
        fallbackMigrateType: MigrateType.movable,
        changeOwnership: true,
      },
    ]);
  });

  it('are taken over for movable pages from half their order on, rounded down', () => {
    const kernel = buddyKernel({ nodes: [8], buddy: { pageBlockOrder: 3, maxOrder: 3 } });
    const seen: unknown[] = [];
    kernel.events.on('mm_page_alloc_extfrag', ({ fallbackOrder }) => seen.push(fallbackOrder));
    const { areas } = kernel.memory.zones[0]!.buddy!;
    runVm(kernel, function* () {
      const pages: Page[] = [];
      for (let n = 0; n < 8; n++) pages.push(yield* take(kernel, 0, Gfp.kernel));
      for (const n of [0, 1, 4]) yield* pages[n]!.put();
      expect(areas.count(1, MigrateType.unmovable)).toBe(1);
      yield* take(kernel, 0);
    });
    // A block of half of 3, so 1: all that is free comes along, not the smallest piece alone.
    expect(seen).toEqual([3, 1]);
    expect(areas.count(1, MigrateType.movable)).toBe(1);
    checkMemory(kernel);
  });

  it('raise the marks for a while when they are broken into, if told to', () => {
    const kernel = buddyKernel({
      nodes: [128],
      pageSize: 1024,
      buddy: { pageBlockOrder: 3, maxOrder: 3, minFreeKbytes: 8, watermarkBoostFactor: 15_000 },
    });
    const zone = kernel.memory.zones[0]!;
    runVm(kernel, function* () {
      const pages: Page[] = [];
      for (let n = 0; n < 96; n++) pages.push(yield* take(kernel, 0));
      for (const page of pages) if (page.pfn % 2 === 0) yield* page.put();
      // All blocks that are free as a whole first.
      for (let n = 0; n < 32; n++) yield* take(kernel, 0, Gfp.kernel);
      expect(zone.peek(ZoneWord.boost)).toBe(0);
      yield* take(kernel, 0, Gfp.kernel);
    });
    expect(zone.peek(ZoneWord.high)).toBe(12);
    expect(zone.peek(ZoneWord.boost)).toBe(8);
    checkMemory(kernel);
  });
});

describe('16 GiB', () => {
  it('are cheap to make, and contents are made when touched', () => {
    const kernel = new Kernel({ nodes: [4 << 20], tracked: false, buddy: {} });
    expect(kernel.allocator.freePages(0)).toBe(4 << 20);
    expect(kernel.contents.blocksInUse).toBe(0);
    runVm(kernel, function* () {
      const page = yield* take(kernel, 10);
      page.writeWord(3, 7);
      expect(page.readWord(3)).toBe(7);
    });
    expect(kernel.contents.blocksInUse).toBe(1);
    expect(kernel.allocator.freePages(0)).toBe((4 << 20) - 1024);
  });
});
