import type { Op } from '@movable-pages/machine';
import { CompactControl, COMPACT_CLUSTER_MAX } from '../compact/compact-control.js';
import { scanMigrateBlock } from '../compact/scan-migrate-block.js';
import { Errno } from '../errno.js';
import type { Kernel } from '../kernel.js';
import { Gfp } from '../memory/gfp.js';
import { MigrateType } from '../memory/migrate-type.js';
import type { Page } from '../memory/page.js';
import { IsolateMode, MigrateMode, MigrateReason } from '../migrate/migrate-mode.js';
import { migratePages } from '../migrate/migrate-pages.js';
import { putbackMovablePages } from '../movable/putback-movable-pages.js';
import { reclaimCleanPages } from '../reclaim/reclaim-clean-pages.js';

/** Calls of `migratePages` on one batch. */
const TRIES = 5;

/**
 * Moves the pages of a range elsewhere, in batches: each is isolated, then migrated again and again until nothing of it is
 * left. Clean file pages are freed instead. May sleep.
 *
 * @kernel mm/page_alloc.c __alloc_contig_migrate_range
 * @returns 0, which does not mean that the range is empty: a page that could not be isolated is passed over. `-EBUSY`: the
 *   tries are used up; `-ENOMEM`. Below 0, everything isolated is put back.
 */
export function* migrateContigRange(kernel: Kernel, start: number, end: number): Op<number> {
  const cc = new CompactControl(kernel, kernel.memory.zoneOf(start), {
    order: -1,
    mode: MigrateMode.sync,
    migrateType: MigrateType.movable,
    ignoreSkipHint: true,
    contig: true,
  });
  const list = cc.migratePages;
  let pfn = start;
  let tries = 0;
  let rc = 0;
  yield* kernel.lru.cacheDisable();
  while (pfn < end || list.first() !== null) {
    if (list.first() === null) {
      pfn = yield* isolateCluster(cc, pfn, end);
      tries = 0;
    } else if (++tries === TRIES) {
      rc = -Errno.EBUSY;
      break;
    }
    cc.toMigrate -= yield* reclaimCleanPages(list);
    rc = yield* migratePages(list, {
      getNewPage: allocTarget,
      freePage: null,
      mode: cc.mode,
      reason: MigrateReason.contigRange,
    });
    if (rc === -Errno.ENOMEM) break;
  }
  yield* kernel.lru.cacheEnable();
  if (rc < 0) yield* putbackMovablePages(list);
  cc.dispose();
  return Math.min(rc, 0);
}

/**
 * Isolates the next pages of a range that can be isolated, block by block, the last one first on the list.
 *
 * @kernel mm/compaction.c isolate_migratepages_range
 * @returns Where to go on.
 */
function* isolateCluster(cc: CompactControl, start: number, end: number): Op<number> {
  const blocks = cc.kernel.memory.blocks!;
  cc.toMigrate = 0;
  let pfn = start;
  while (pfn < end && cc.toMigrate < COMPACT_CLUSTER_MAX) {
    const stop = Math.min(blocks.end(pfn), end);
    if ((yield* scanMigrateBlock(cc, pfn, stop, IsolateMode.unevictable)) !== 0) break;
    pfn = cc.migratePfn;
  }
  return pfn;
}

/** @kernel mm/migrate.c alloc_migration_target */
function* allocTarget(page: Page): Op<Page | null> {
  return yield* page.kernel.allocator.allocPage({ node: page.node, gfp: Gfp.userMovable });
}
