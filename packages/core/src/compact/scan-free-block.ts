import type { Op } from '@movable-pages/machine';
import { isolateFreeBlock } from '../memory/isolate-free-block.js';
import type { CompactControl } from './compact-control.js';

/** What the free scanner found. */
export interface FreeScan {
  /** Where it left off. */
  readonly pfn: number;
  /** Free pages that it took. */
  readonly taken: number;
}

/**
 * The free scanner in one page block, or in any stretch of a zone: takes free blocks off the free lists, in one step, and
 * makes single pages of them, each with a reference, at the end of `cc.freePages`. Never sleeps.
 *
 * @param strict Take all of it, or stop at the first page that is not free. Otherwise only as many as there are pages to
 *   be migrated.
 * @param stride Look only at every so many pages.
 * @kernel mm/compaction.c isolate_freepages_block
 * @since 0.1.0
 */
export function* scanFreeBlock(
  cc: CompactControl,
  startPfn: number,
  endPfn: number,
  stride: number,
  strict: boolean,
): Op<FreeScan> {
  const { kernel, zone } = cc;
  const { events, vmstat, allocator, memory } = kernel;
  const { areas } = zone.buddy!;
  const wanted = cc.toMigrate - cc.freePages.length;
  const taken: { pfn: number; order: number }[] = [];
  let pages = 0;
  let scanned = 0;
  yield* zone.step();
  let pfn = startPfn;
  while (pfn < endPfn) {
    scanned++;
    if (!areas.isHead(pfn)) {
      if (strict) break;
      pfn += stride;
      continue;
    }
    const order = areas.orderOf(pfn);
    if (!isolateFreeBlock(memory.blocks!, zone, pfn, order)) break;
    taken.push({ pfn, order });
    pages += 1 << order;
    pfn += 1 << order;
    if (!strict && pages >= wanted) break;
  }
  for (const block of taken) {
    yield* allocator.claimSingles(block.pfn, block.order);
    for (let at = block.pfn; at < block.pfn + (1 << block.order); at++) cc.freePages.addTail(kernel.page(at));
  }
  if (events.listenerCount('mm_compaction_isolate_freepages') > 0) {
    events.emit('mm_compaction_isolate_freepages', { startPfn, endPfn: pfn, scanned, taken: pages });
  }
  cc.freeScanned += scanned;
  vmstat.add('compact_isolated', pages);
  return { pfn, taken: pages };
}
