import type { Op } from '@movable-pages/machine';
import { Errno, MIGRATEPAGE_SUCCESS } from '../errno.js';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { pageMovable, pageMovableHint } from '../movable/page-movable.js';
import { putbackMovablePage } from '../movable/putback-movable-pages.js';
import type { MigrateRequest } from './migrate-pages.js';
import { MigrateMode, MigrateReason } from './migrate-mode.js';
import { moveToNewPage } from './move-to-new-page.js';

/**
 * One attempt on one isolated page: finds out whether it was freed meanwhile, allocates a target, moves it, and settles
 * page, target and list by how it went.
 *
 * @param list The list that the page is on.
 * @param returned Where a permanent failure goes in profiles that put it back later.
 * @kernel mm/migrate.c unmap_and_move
 * @returns 0, `-EAGAIN`, `-ENOMEM`, or another error that is permanent.
 */
export function* unmapAndMove(
  page: Page,
  list: PageList,
  returned: PageList,
  request: MigrateRequest,
  force: boolean,
): Op<number> {
  const { kernel } = page;
  const { profile } = kernel;
  if ((yield* page.readRefCount()) === 1) {
    // Only the isolation's reference is left: the page was freed under us.
    yield* page.clearFlags(PageFlag.active | PageFlag.unevictable);
    if (profile.freedPageClearsIsolated && (yield* pageMovableHint(page))) {
      yield* page.lock();
      if (!(yield* pageMovable(page))) yield* page.clearFlags(PageFlag.isolated);
      yield* page.unlock();
    }
    list.remove(page);
    if (request.reason !== MigrateReason.memoryFailure) yield* page.put();
    return MIGRATEPAGE_SUCCESS;
  }
  const target = yield* request.getNewPage(page);
  if (target === null) return -Errno.ENOMEM;
  const rc = yield* unmapAndMoveLocked(page, target, force, request.mode);
  if (rc === MIGRATEPAGE_SUCCESS) {
    list.remove(page);
    if (request.reason !== MigrateReason.memoryFailure) yield* page.put();
    return rc;
  }
  if (rc !== -Errno.EAGAIN) {
    list.remove(page);
    if (profile.permanentFailure === 'putback') yield* putbackMovablePage(page);
    else returned.addTail(page);
  }
  if (request.freePage === null) yield* target.put();
  else yield* request.freePage(target);
  return rc;
}

/**
 * Locks both pages and moves one to the other. The source is locked first, by try; the target by try only.
 *
 * @kernel mm/migrate.c __unmap_and_move
 */
function* unmapAndMoveLocked(page: Page, target: Page, force: boolean, mode: MigrateMode): Op<number> {
  const { machine } = page.kernel;
  if (!(yield* page.tryLock())) {
    if (!force || mode === MigrateMode.async) return -Errno.EAGAIN;
    // Direct compaction holds page locks of its own further up: it never sleeps on one.
    if (machine.current!.inReclaim) return -Errno.EAGAIN;
    yield* page.lock();
  }
  if (((yield* page.readFlags()) & PageFlag.writeback) !== 0) {
    const maySleep = mode === MigrateMode.sync || mode === MigrateMode.syncNoCopy;
    if (!maySleep || !force) {
      yield* page.unlock();
      return maySleep ? -Errno.EAGAIN : -Errno.EBUSY;
    }
    yield* page.waitForWriteback();
  }
  if (!(yield* target.tryLock())) {
    yield* page.unlock();
    return -Errno.EAGAIN;
  }
  const rc = yield* moveToNewPage(target, page, mode);
  yield* target.unlock();
  yield* page.unlock();
  // On success the driver has a reference of its own on the target; this drops the allocation's.
  if (rc === MIGRATEPAGE_SUCCESS) yield* target.put();
  return rc;
}
