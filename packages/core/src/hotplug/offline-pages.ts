import { OpKind, type Op } from '@movable-pages/machine';
import { startIsolatePageRange, undoIsolatePageRange } from '../contig/isolate-page-range.js';
import { rangeIsIsolated } from '../contig/range-is-isolated.js';
import { Errno } from '../errno.js';
import type { Kernel } from '../kernel.js';
import { PageWord } from '../memory/frame-table.js';
import { MigrateType } from '../memory/migrate-type.js';
import { MappingTag, PageFlag } from '../memory/page-flags.js';
import { ZoneWord } from '../memory/zone.js';
import { migrateRange } from './migrate-range.js';

/** What may end an offlining that does not come to its end by itself. @since 0.1.0 */
export interface OfflineOptions {
  /** Asked at every turn: a fatal signal ends it with `-EINTR`. */
  readonly signalPending?: () => Op<boolean>;
}

const ISOLATE = { migrateType: MigrateType.movable, offline: true } as const;

/**
 * Takes memory away from the allocator: has everybody in it moved elsewhere, again and again until nobody is left. There
 * is no limit to how often: a page that could move and never does keeps it going until a signal. May sleep.
 *
 * @param startPfn A multiple of the page block's size, as is `pages`.
 * @kernel mm/memory_hotplug.c offline_pages
 * @returns 0. `-EINVAL`: not whole page blocks of one zone, or offline already. `-EBUSY`: a page cannot move, or a block is
 *   isolated. `-EINTR`: a signal. What a notifier gave. Unless 0, the memory is as it was.
 * @since 0.1.0
 */
export function* offlinePages(
  kernel: Kernel,
  startPfn: number,
  pages: number,
  options: OfflineOptions = {},
): Op<number> {
  const { memory, allocator, memoryNotifiers } = kernel;
  const endPfn = startPfn + pages;
  if (!isWholeBlocks(kernel, startPfn, pages)) return -Errno.EINVAL;
  const zone = memory.zoneOf(startPfn);
  yield* memory.switchCpuListsOff(1);
  yield* kernel.lru.cacheDisable();
  yield* allocator.zoneAllocator!.drain(zone);
  let rc = yield* startIsolatePageRange(kernel, startPfn, endPfn, ISOLATE);
  if (rc === 0) {
    rc = yield* memoryNotifiers.call({ action: 'going-offline', startPfn, pages });
    if (rc === 0) rc = yield* empty(kernel, startPfn, endPfn, options);
    if (rc === 0) yield* takeAway(kernel, startPfn, endPfn);
    yield* undoIsolatePageRange(kernel, startPfn, endPfn, ISOLATE);
    if (rc !== 0) yield* memoryNotifiers.call({ action: 'cancel-offline', startPfn, pages });
  }
  yield* kernel.lru.cacheEnable();
  yield* memory.switchCpuListsOff(-1);
  if (rc !== 0) return rc;
  yield* zone.step();
  memory.setUpWatermarks();
  yield* memoryNotifiers.call({ action: 'offline', startPfn, pages });
  return 0;
}

/**
 * Gives memory that went offline back to the allocator. May sleep.
 *
 * @kernel mm/memory_hotplug.c online_pages
 * @returns 0, or `-EINVAL`: not whole page blocks of one zone, or not offline.
 * @since 0.1.0
 */
export function* onlinePages(kernel: Kernel, startPfn: number, pages: number): Op<number> {
  const { memory, frames, memoryNotifiers } = kernel;
  if (!isWholeBlocks(kernel, startPfn, pages, true)) return -Errno.EINVAL;
  const zone = memory.zoneOf(startPfn);
  const blocks = memory.blocks!;
  yield* zone.step();
  for (let pfn = startPfn; pfn < startPfn + pages; pfn++) frames.poke(pfn, PageWord.flags, 0);
  for (let pfn = startPfn; pfn < startPfn + pages; pfn += blocks.pages)
    zone.buddy!.free(pfn, blocks.order, true);
  zone.adjustManaged(pages);
  zone.poke(ZoneWord.present, zone.peek(ZoneWord.present) + pages);
  memory.setUpWatermarks();
  yield* memoryNotifiers.call({ action: 'online', startPfn, pages });
  return 0;
}

function isWholeBlocks(kernel: Kernel, startPfn: number, pages: number, offline = false): boolean {
  const { memory, frames } = kernel;
  const { blocks } = memory;
  if (blocks === null || pages <= 0 || startPfn % blocks.pages !== 0 || pages % blocks.pages !== 0)
    return false;
  if (startPfn < 0 || startPfn + pages > frames.count) return false;
  if (!memory.zoneOf(startPfn).spans(startPfn + pages - 1)) return false;
  for (let pfn = startPfn; pfn < startPfn + pages; pfn += blocks.pages)
    if (((frames.peek(pfn, PageWord.flags) & PageFlag.reserved) !== 0) !== offline) return false;
  return true;
}

function* empty(kernel: Kernel, start: number, end: number, options: OfflineOptions): Op<number> {
  const { signalPending } = options;
  for (;;) {
    let last = -1;
    for (let from = start; ; from = last) {
      if (signalPending !== undefined && (yield* signalPending())) return -Errno.EINTR;
      yield* kernel.lru.drainAll();
      const pfn = yield* nextMovable(kernel, from, end);
      if (pfn < 0) break;
      // The same again: let others go first.
      if (pfn === last) yield* kernel.machine.yieldNow();
      last = pfn;
      yield* migrateRange(kernel, pfn, end);
    }
    if (yield* rangeIsIsolated(kernel, start, end, ISOLATE)) return 0;
    // Somebody has a page that is not movable at the moment: on its way to or from a list, most likely.
    yield* kernel.machine.relax();
  }
}

/** The next page of a range that could be moved, or -1. @kernel mm/memory_hotplug.c scan_movable_pages */
function* nextMovable(kernel: Kernel, start: number, end: number): Op<number> {
  const { machine, frames } = kernel;
  for (let pfn = start; pfn < end; pfn++) {
    const flags: number = yield* machine.makeOp(OpKind.load, frames.location(pfn, PageWord.flags), 0, 0);
    if ((flags & PageFlag.lru) !== 0) return pfn;
    const mapping: number = yield* machine.makeOp(OpKind.load, frames.location(pfn, PageWord.mapping), 0, 0);
    if ((mapping & MappingTag.mask) === MappingTag.movable) return pfn;
  }
  return -1;
}

/** @kernel mm/page_alloc.c __offline_isolated_pages */
function* takeAway(kernel: Kernel, start: number, end: number): Op<void> {
  const { memory, frames } = kernel;
  const zone = memory.zoneOf(start);
  const { areas } = zone.buddy!;
  yield* zone.step();
  for (let pfn = start; pfn < end;) {
    zone.buddy!.splitToBlocks(pfn);
    // A poisoned page is on no list.
    const order = areas.isHead(pfn) ? areas.remove(pfn) : 0;
    for (let at = pfn; at < pfn + (1 << order); at++) frames.poke(at, PageWord.flags, PageFlag.reserved);
    pfn += 1 << order;
  }
  zone.adjustManaged(start - end);
  zone.poke(ZoneWord.present, zone.peek(ZoneWord.present) - (end - start));
}
