import type { Op } from '@movable-pages/machine';
import { Errno, MIGRATEPAGE_SUCCESS } from '../errno.js';
import { countIsolated } from '../lru/count-isolated.js';
import { isLruPage } from '../mapping/page-mapping.js';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { pageMovable, pageMovableHint } from '../movable/page-movable.js';
import { putbackIsolatedPage } from '../movable/putback-movable-pages.js';
import type { KernelProfile } from '../profile/profile.js';
import type { MigrateRequest } from './migrate-pages.js';
import { MigrateReason } from './migrate-mode.js';
import { unmapAndMoveLocked } from './unmap-and-move-locked.js';

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
    yield* endIsolation(page, list, request.reason, true);
    return MIGRATEPAGE_SUCCESS;
  }
  const target = yield* request.getNewPage(page);
  if (target === null) return -Errno.ENOMEM;
  const rc = yield* unmapAndMoveLocked(page, target, force, request.mode);
  if (rc === MIGRATEPAGE_SUCCESS) {
    yield* endIsolation(page, list, request.reason, lowersIsolatedCount(profile, request.reason));
    return rc;
  }
  if (rc !== -Errno.EAGAIN) {
    list.remove(page);
    if (profile.permanentFailure === 'putback') yield* putbackIsolatedPage(page);
    else returned.addTail(page);
  }
  if (request.freePage === null) yield* target.put();
  else yield* request.freePage(target);
  return rc;
}

/** Whoever demotes pages may count his isolated pages himself, all at once. */
function lowersIsolatedCount(profile: KernelProfile, reason: MigrateReason): boolean {
  return reason !== MigrateReason.demotion || !profile.demoterCountsIsolated;
}

/** The old page has no use any more: off the list, and without the isolation's reference it is freed. */
function* endIsolation(page: Page, list: PageList, reason: MigrateReason, lowersCount: boolean): Op<void> {
  list.remove(page);
  if (lowersCount && isLruPage(page)) countIsolated(page, -1);
  // Whoever handles a memory failure still needs the page.
  if (reason !== MigrateReason.memoryFailure) yield* page.put();
}
