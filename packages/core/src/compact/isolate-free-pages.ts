import type { Op } from '@movable-pages/machine';
import { isMigrateMovable } from '../memory/migrate-type.js';
import type { Page } from '../memory/page.js';
import { MigrateMode } from '../migrate/migrate-mode.js';
import { COMPACT_CLUSTER_MAX, type CompactControl } from './compact-control.js';
import { updateCachedFree } from './cached-positions.js';
import { scanFreeBlock } from './scan-free-block.js';

/**
 * Has the free scanner go down, block by block, until there are as many free pages as pages to be migrated, or the migrate
 * scanner's block is reached.
 *
 * @kernel mm/compaction.c isolate_freepages
 */
function* isolateFreePages(cc: CompactControl): Op<void> {
  const { zone } = cc;
  const blocks = cc.kernel.memory.blocks!;
  const lowest = blocks.end(cc.migratePfn);
  let stride = cc.mode === MigrateMode.async ? COMPACT_CLUSTER_MAX : 1;
  let start = cc.freePfn;
  let block = blocks.start(start);
  for (; block >= lowest; block -= blocks.pages, start = block) {
    const end = Math.min(block + blocks.pages, zone.endPfn);
    if (!(yield* isTarget(cc, block))) continue;
    if (!cc.ignoreSkipHint && (yield* blocks.isSkipped(block))) continue;
    const scan = yield* scanFreeBlock(cc, start, end, stride, false);
    start = scan.pfn;
    if (start >= end) {
      yield* blocks.markSkipped(block);
      yield* updateCachedFree(cc, block);
    }
    if (cc.freePages.length >= cc.toMigrate) {
      if (start >= end) start = block - blocks.pages;
      break;
    }
    // It stopped short: the zone is at its mark.
    if (start < end) break;
    stride = scan.taken > 0 ? 1 : Math.min(stride << 1, COMPACT_CLUSTER_MAX);
  }
  cc.freePfn = Math.max(start, zone.startPfn);
}

/**
 * Whether a block is one to move pages into: not one that is free as a whole, and of a type that pages which move may use.
 *
 * @kernel mm/compaction.c suitable_migration_target
 */
function* isTarget(cc: CompactControl, block: number): Op<boolean> {
  const { zone } = cc;
  const blocks = cc.kernel.memory.blocks!;
  yield* zone.look();
  const { areas } = zone.buddy!;
  const head = zone.buddy!.headOf(Math.max(block, zone.startPfn));
  if (head >= 0 && areas.orderOf(head) >= blocks.order) return false;
  return cc.ignoreBlockSuitable || isMigrateMovable(blocks.typeOf(block));
}

/**
 * A target for a page that compaction migrates: a free page from higher up in the zone.
 *
 * @kernel mm/compaction.c compaction_alloc
 * @returns Null if there is none left above the migrate scanner.
 * @since 0.1.0
 */
export function* compactionAlloc(cc: CompactControl): Op<Page | null> {
  if (cc.freePages.length === 0) yield* isolateFreePages(cc);
  return cc.freePages.shift();
}

/**
 * Takes a target back that was not used.
 *
 * @kernel mm/compaction.c compaction_free
 * @since 0.1.0
 */
export function compactionFree(cc: CompactControl, page: Page): void {
  cc.freePages.add(page);
}

/**
 * Gives the free pages that are left back. Gives the highest of them, or -1.
 *
 * @kernel mm/compaction.c release_freepages
 */
export function* releaseFreePages(cc: CompactControl): Op<number> {
  let highest = -1;
  for (let page = cc.freePages.shift(); page !== null; page = cc.freePages.shift()) {
    highest = Math.max(highest, page.pfn);
    yield* page.put();
  }
  return highest;
}
