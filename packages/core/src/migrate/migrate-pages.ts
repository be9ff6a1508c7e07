import { MachineError, type Op } from '@movable-pages/machine';
import { Errno, MIGRATEPAGE_SUCCESS } from '../errno.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { migrateModeName, migrateReasonName, type MigrateMode, type MigrateReason } from './migrate-mode.js';
import { unmapAndMove } from './unmap-and-move.js';

/** Gives a target for a page, or null. @kernel include/linux/migrate.h new_page_t @since 0.1.0 */
export type NewPageFn = (page: Page) => Op<Page | null>;

/** Takes back a target that was not used. @kernel include/linux/migrate.h free_page_t @since 0.1.0 */
export type FreePageFn = (page: Page) => Op<void>;

/** What {@link migratePages} is asked to do. @since 0.1.0 */
export interface MigrateRequest {
  readonly getNewPage: NewPageFn;
  /** Null: unused targets are put. */
  readonly freePage: FreePageFn | null;
  readonly mode: MigrateMode;
  readonly reason: MigrateReason;
}

/** Counts of one call. */
interface Tally {
  succeeded: number;
  failed: number;
  /** Base pages that failed, where the profile counts them apart from what is returned. */
  failedPages: number;
}

/**
 * Migrates the isolated pages of a list, in up to ten passes, each attempt with a new target.
 *
 * May sleep on page locks from the fourth pass on, unless the mode is ASYNC or the thread is in reclaim.
 *
 * @kernel mm/migrate.c migrate_pages
 * @returns 0 if every page was moved or found freed: the list is then empty. Above 0: how many failed. Below 0: an error
 *   (`-ENOMEM`) that ended it early. Unless 0, the caller passes the list to {@link putbackMovablePages}.
 * @throws MachineError `MP_PARAMETER`: a request that is none.
 * @since 0.1.0
 */
export function* migratePages(list: PageList, request: MigrateRequest): Op<number> {
  const { kernel } = list;
  const { events, profile, vmstat } = kernel;
  const { mode, reason } = request;
  checkRequest(list, request);
  if (events.listenerCount('mm_migrate_pages_start') > 0)
    events.emit('mm_migrate_pages_start', { mode, reason });
  const tally: Tally = { succeeded: 0, failed: 0, failedPages: 0 };
  const returned = kernel.lists.create('pages that failed', 'vm');
  const batchPages = profile.batchOf(list.length);
  const cut = batchPages < list.length ? kernel.lists.create('pages of this batch', 'vm') : null;
  let rc = 0;
  do {
    const batch = cut ?? list;
    if (cut !== null) cutBatch(list, cut, batchPages);
    rc = yield* migrateBatch(batch, returned, request, tally);
    moveAll(batch, returned, 'end');
  } while (rc >= 0 && list.first() !== null);
  // What is left goes to the front of the caller's list.
  moveAll(returned, list, 'front');
  returned.dispose();
  cut?.dispose();
  if (rc >= 0) rc = tally.failed;
  vmstat.add('pgmigrate_success', tally.succeeded);
  const apart = tally.failedPages !== tally.failed && profile.countsFailedPagesApart;
  const failed = apart ? tally.failedPages : tally.failed;
  vmstat.add('pgmigrate_fail', failed);
  if (events.listenerCount('mm_migrate_pages') > 0) {
    events.emit('mm_migrate_pages', {
      succeeded: tally.succeeded,
      failed,
      thpSucceeded: 0,
      thpFailed: 0,
      thpSplit: 0,
      mode,
      reason,
    });
  }
  return rc;
}

/** Refuses what no type checker would let through. */
function checkRequest({ kernel }: PageList, request: MigrateRequest): void {
  const { mode, reason, getNewPage, freePage } = request;
  let wrong: [string, unknown, string] | null = null;
  if (migrateModeName(mode) === undefined) wrong = ['mode', mode, 'one of MigrateMode'];
  else if (migrateReasonName(reason) === undefined) wrong = ['reason', reason, 'one of MigrateReason'];
  else if (typeof getNewPage !== 'function')
    wrong = ['getNewPage', getNewPage, 'a function that gives a page or null'];
  else if (freePage !== null && typeof freePage !== 'function')
    wrong = ['freePage', freePage, 'a function that takes a page, or null'];
  if (wrong === null) return;
  const [subject, received, wanted] = wrong;
  kernel.machine.misuse(
    new MachineError('MP_PARAMETER', `migratePages has ${String(received)} for ${subject}; give ${wanted}`, {
      subject,
      here: kernel.machine.site(),
      expected: wanted,
      received: String(received),
    }),
  );
}

/** The passes over one batch. */
function* migrateBatch(
  list: PageList,
  returned: PageList,
  request: MigrateRequest,
  tally: Tally,
): Op<number> {
  const { profile } = list.kernel;
  let retry = 1;
  for (let pass = 0; pass < profile.passes && retry > 0; pass++) {
    retry = 0;
    for (let page = list.first(); page !== null;) {
      // The page may leave the list.
      const next: Page | null = list.next(page);
      const rc = yield* unmapAndMove(page, list, returned, request, pass > profile.passesBeforeForce);
      if (rc === -Errno.ENOMEM) {
        tally.failed++;
        tally.failedPages += 1 + retry;
        return -Errno.ENOMEM;
      }
      if (rc === -Errno.EAGAIN) retry++;
      else if (rc === MIGRATEPAGE_SUCCESS) tally.succeeded++;
      else {
        tally.failed++;
        tally.failedPages++;
      }
      page = next;
    }
  }
  tally.failed += retry;
  tally.failedPages += retry;
  return 0;
}

/** Takes up to `pages` from the front of the list. */
function cutBatch(list: PageList, batch: PageList, pages: number): void {
  for (let left = pages; left > 0; left--) {
    const page = list.shift();
    if (page === null) return;
    batch.addTail(page);
  }
}

function moveAll(from: PageList, to: PageList, where: 'front' | 'end'): void {
  if (where === 'end') {
    for (let page = from.shift(); page !== null; page = from.shift()) to.addTail(page);
    return;
  }
  const pages: Page[] = [];
  for (let page = from.shift(); page !== null; page = from.shift()) pages.push(page);
  for (const page of pages.toReversed()) to.add(page);
}

/**
 * A target allocator for tests and simple users: any page of the node of the source.
 *
 * @since 0.1.0
 */
export function* allocSameNode(page: Page): Op<Page | null> {
  return yield* page.kernel.allocator.allocPage({ node: page.node });
}
