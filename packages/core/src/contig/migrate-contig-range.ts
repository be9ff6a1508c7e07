import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { Kernel } from '../kernel.js';
import { Gfp } from '../memory/gfp.js';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { IsolateMode, MigrateMode, MigrateReason } from '../migrate/migrate-mode.js';
import { migratePages } from '../migrate/migrate-pages.js';
import { isolateMovablePage } from '../movable/isolate-movable-page.js';
import { pageMovableHint } from '../movable/page-movable.js';
import { putbackMovablePages } from '../movable/putback-movable-pages.js';

/** Pages isolated at a time (`SWAP_CLUSTER_MAX`). */
const CLUSTER = 32;
/** Calls of `migratePages` on one batch. */
const TRIES = 5;

/**
 * Moves the pages of a range elsewhere, in batches: each is isolated, then migrated again and again until nothing of it is
 * left. May sleep.
 *
 * @kernel mm/page_alloc.c __alloc_contig_migrate_range
 * @returns 0, which does not mean that the range is empty: a page that could not be isolated is passed over. `-EBUSY`: the
 *   tries are used up; `-ENOMEM`. Below 0, everything isolated is put back.
 */
export function* migrateContigRange(kernel: Kernel, start: number, end: number): Op<number> {
  const list = kernel.lists.create('contiguous range', 'vm');
  let pfn = start;
  let tries = 0;
  let rc = 0;
  while (pfn < end || list.first() !== null) {
    if (list.first() === null) {
      pfn = yield* isolateCluster(kernel, pfn, end, list);
      tries = 0;
    } else if (++tries === TRIES) {
      rc = -Errno.EBUSY;
      break;
    }
    rc = yield* migratePages(list, {
      getNewPage: allocTarget,
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.contigRange,
    });
    if (rc === -Errno.ENOMEM) break;
  }
  if (rc < 0) yield* putbackMovablePages(list);
  list.dispose();
  return Math.min(rc, 0);
}

/**
 * Isolates the next pages of a range that can be isolated, the last one first on the list.
 *
 * @kernel mm/compaction.c isolate_migratepages_range
 * @returns Where to go on.
 */
function* isolateCluster(kernel: Kernel, start: number, end: number, list: PageList): Op<number> {
  let pfn = start;
  let isolated = 0;
  while (pfn < end && isolated < CLUSTER) {
    const page = kernel.page(pfn++);
    // Without a lock first: most pages are not worth one.
    if (!(yield* pageMovableHint(page))) continue;
    if (((yield* page.readFlags()) & PageFlag.isolated) !== 0) continue;
    if ((yield* isolateMovablePage(page, IsolateMode.unevictable)) !== 0) continue;
    list.add(page);
    isolated++;
  }
  kernel.vmstat.add('compact_isolated', isolated);
  return pfn;
}

/** @kernel mm/migrate.c alloc_migration_target */
function* allocTarget(page: Page): Op<Page | null> {
  return yield* page.kernel.allocator.allocPage({ node: page.node, gfp: Gfp.userMovable });
}
