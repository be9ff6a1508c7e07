import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { Kernel } from '../kernel.js';
import { MigrateType } from '../memory/migrate-type.js';
import { PageFlag } from '../memory/page-flags.js';
import { ZoneWord } from '../memory/zone.js';
import { pageMovableHint } from '../movable/page-movable.js';

/**
 * Isolates the page blocks of a range: what is free in them is given to nobody, and what becomes free stays there. Never
 * sleeps.
 *
 * Whether every page of the range could move is looked at without a lock and may be wrong either way.
 *
 * @param end One past the last page.
 * @kernel mm/page_isolation.c start_isolate_page_range
 * @returns 0, or `-EBUSY` with nothing isolated: a page cannot move, or somebody else has isolated a block.
 * @since 0.1.0
 */
export function* startIsolatePageRange(kernel: Kernel, start: number, end: number): Op<number> {
  const blocks = kernel.memory.blocks!;
  for (let at = blocks.start(start); at < end; at = blocks.end(at)) {
    const from = Math.max(at, start);
    const movable = !(yield* hasUnmovablePages(kernel, from, Math.min(blocks.end(at), end)));
    if (movable && (yield* isolateBlock(kernel, at))) continue;
    if (at > start) yield* undoIsolatePageRange(kernel, start, at);
    return -Errno.EBUSY;
  }
  return 0;
}

/**
 * Gives the page blocks of a range back to those who allocate. Never sleeps.
 *
 * @kernel mm/page_isolation.c undo_isolate_page_range
 * @since 0.1.0
 */
export function* undoIsolatePageRange(kernel: Kernel, start: number, end: number): Op<void> {
  const { memory } = kernel;
  const blocks = memory.blocks!;
  for (let at = blocks.start(start); at < end; at = blocks.end(at)) {
    const zone = memory.zoneOf(at);
    const buddy = zone.buddy!;
    yield* zone.step();
    if (blocks.typeOf(at) !== MigrateType.isolate) continue;
    blocks.setType(at, MigrateType.movable);
    buddy.moveFreePages(at, blocks.end(at), MigrateType.movable);
    zone.poke(ZoneWord.isolatedBlocks, zone.peek(ZoneWord.isolatedBlocks) - 1);
    // A whole free block may now merge with its neighbours again.
    if (buddy.areas.isHead(at) && buddy.areas.orderOf(at) >= blocks.order) buddy.mergeAgain(at);
  }
}

/**
 * Whether every page of a range of isolated blocks is free. Never sleeps.
 *
 * @kernel mm/page_isolation.c test_pages_isolated
 * @since 0.1.0
 */
export function* testPagesIsolated(kernel: Kernel, start: number, end: number): Op<boolean> {
  const { memory } = kernel;
  for (let pfn = start; pfn < end;) {
    const zone = memory.zoneOf(pfn);
    const buddy = zone.buddy!;
    yield* zone.look();
    while (pfn < Math.min(end, zone.endPfn)) {
      const head = buddy.headOf(pfn);
      if (head < 0 || memory.blocks!.typeOf(pfn) !== MigrateType.isolate) return false;
      pfn = head + (1 << buddy.areas.orderOf(head));
    }
  }
  return true;
}

/** @kernel mm/page_isolation.c set_migratetype_isolate */
function* isolateBlock(kernel: Kernel, start: number): Op<boolean> {
  const { memory } = kernel;
  const blocks = memory.blocks!;
  const zone = memory.zoneOf(start);
  yield* zone.step();
  if (blocks.typeOf(start) === MigrateType.isolate) return false;
  zone.buddy!.splitToBlocks(start);
  blocks.setType(start, MigrateType.isolate);
  zone.buddy!.moveFreePages(start, blocks.end(start), MigrateType.isolate);
  zone.poke(ZoneWord.isolatedBlocks, zone.peek(ZoneWord.isolatedBlocks) + 1);
  return true;
}

/** @kernel mm/page_isolation.c has_unmovable_pages */
function* hasUnmovablePages(kernel: Kernel, start: number, end: number): Op<boolean> {
  const { areas } = kernel.memory.zoneOf(start).buddy!;
  for (let pfn = start; pfn < end; pfn++) {
    const page = kernel.page(pfn);
    if ((yield* page.readRefCount()) === 0) {
      if (areas.isHead(pfn)) pfn += (1 << areas.orderOf(pfn)) - 1;
      continue;
    }
    const movable = ((yield* page.readFlags()) & PageFlag.lru) !== 0 || (yield* pageMovableHint(page));
    if (!movable) return true;
  }
  return false;
}
