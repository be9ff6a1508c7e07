import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  checkMemory,
  compactMemory,
  extFragPercent,
  fragmentationIndex,
  freeBlockCounts,
  Gfp,
  Kernel,
  kernelProfiles,
  mmap,
  userRead,
  userWrite,
  type Mm,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

/** As many as 64 MiB have, in 32 page blocks of 512; the pages themselves are small, to save time. */
const PAGES = 16_384;
const HUGE = 9;

/** A page that stays where it is, and what is written in it. */
interface Fixed {
  readonly page: Page;
  readonly value: number;
}

/** What is in memory. */
interface Board {
  readonly fixed: readonly Fixed[];
  readonly mm: Mm;
  readonly start: number;
  /** Pages of the process. */
  readonly touched: number;
}

/**
 * Fills memory with pages of a process, driver pages in between and, here and there, pages that cannot move, then frees
 * two fifths of the driver pages: four fifths of the memory are in use, and hardly two free pages lie next to each other.
 */
function* checkerboard(kernel: Kernel, driver: TableDriver): Op<Board> {
  const fixed: Fixed[] = [];
  const free: number[] = [];
  const mm = kernel.mms.createMm('process');
  const start = yield* mmap(mm, { pages: PAGES });
  let touched = 0;
  for (let n = 0; kernel.allocator.freePages(0) > 0; n++) {
    if (n % 64 === 7) {
      const page = (yield* kernel.allocator.allocPage({ gfp: Gfp.kernel }))!;
      page.writeWord(1, n);
      fixed.push({ page, value: n });
    } else if (n % 2 === 0) {
      yield* userWrite(mm, start + touched, 1, touched);
      touched++;
    } else {
      yield* driver.allocate();
      if (n % 5 < 2) free.push(driver.places.length - 1);
    }
  }
  yield* kernel.lru.drainAll();
  for (const place of free) yield* driver.release(place);
  return { fixed, mm, start, touched };
}

/** The pages of the process that do not hold what was written. */
function* spoiled({ mm, start, touched }: Board): Op<number[]> {
  const pages: number[] = [];
  for (let n = 0; n < touched; n++) if ((yield* userRead(mm, start + n, 1)) !== n) pages.push(n);
  return pages;
}

/** How many huge blocks can be allocated, one after the other; they are given back. */
function* hugeBlocks(kernel: Kernel): Op<number> {
  const blocks: Page[] = [];
  // Not with a compaction of its own for each.
  const gfp: Gfp = { ...Gfp.highUserMovable, maySleep: false };
  for (;;) {
    const page = yield* kernel.allocator.allocPages({ order: HUGE, gfp });
    if (page === null) break;
    blocks.push(page);
  }
  for (const page of blocks) yield* kernel.allocator.freeBlock(page, HUGE);
  return blocks.length;
}

describe.each([...kernelProfiles.values()])('a checkerboard of 32 page blocks, $name', (profile) => {
  it('gives huge blocks again once it is compacted', () => {
    const kernel = new Kernel({
      nodes: [PAGES],
      profile,
      pageSize: 64,
      tracked: false,
      spareWords: 1 << 17,
      buddy: { minFreeKbytes: 0 },
    });
    const driver = new TableDriver(kernel);
    const [zone] = kernel.memory.zones;
    const counts = () => freeBlockCounts(zone!);
    const board = runVm(kernel, () => checkerboard(kernel, driver));
    const { fixed } = board;
    expect(
      [fixed.length, board.touched, driver.places.length].map((pages) => Math.round((100 * pages) / PAGES)),
    ).toEqual([2, 50, 48]);
    const inUse = PAGES - kernel.allocator.freePages(0);
    expect(inUse / PAGES).toBeGreaterThan(0.79);
    expect(inUse / PAGES).toBeLessThan(0.81);
    checkMemory(kernel);

    // Scattered: next to all free memory is in single pages.
    expect(fragmentationIndex(counts(), HUGE)).toBeGreaterThan(990);
    expect(extFragPercent(counts(), HUGE)).toBe(100);
    expect(runVm(kernel, () => hugeBlocks(kernel))).toBe(0);

    runVm(kernel, () => compactMemory(kernel));
    checkMemory(kernel);

    expect(fragmentationIndex(counts(), HUGE)).toBe(-1000);
    expect(extFragPercent(counts(), HUGE)).toBeLessThan(25);
    // A fifth of 32 blocks is free, and nearly all of that in whole blocks.
    expect(runVm(kernel, () => hugeBlocks(kernel))).toBeGreaterThanOrEqual(4);
    // Pages of both kinds were moved.
    expect(driver.moved).toBeGreaterThan(500);
    expect(kernel.vmstat.read('pgmigrate_success') - driver.moved).toBeGreaterThan(500);
    expect(kernel.allocator.freePages(0)).toBe(PAGES - inUse);

    // Nothing was spoiled, and what cannot move has not.
    expect(driver.spoiled()).toEqual([]);
    expect(runVm(kernel, () => spoiled(board))).toEqual([]);
    expect(driver.places.every((page) => page === null || page.refCount === 1)).toBe(true);
    expect(fixed.filter(({ page, value }) => kernel.contents.peek(page.pfn, 1) !== value)).toEqual([]);
    expect(fixed.every(({ page }) => page.refCount === 1)).toBe(true);
  });
});
