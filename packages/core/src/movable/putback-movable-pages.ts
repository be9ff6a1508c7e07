import type { Op } from '@movable-pages/machine';
import { PageFlag } from '../memory/page-flags.js';
import { countIsolated } from '../lru/count-isolated.js';
import { putbackLruPage } from '../lru/putback-lru-page.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { isLruPage } from '../mapping/page-mapping.js';
import { callPutbackPage } from './call-driver.js';
import { lockedMapping, pageMovable } from './page-movable.js';

/**
 * Gives back every page of a list that was isolated and not migrated: driver pages to their drivers, others to the LRU.
 * May sleep on page locks.
 *
 * @kernel mm/migrate.c putback_movable_pages
 * @since 0.1.0
 */
export function* putbackMovablePages(list: PageList): Op<void> {
  for (let page = list.shift(); page !== null; page = list.shift()) yield* putbackIsolatedPage(page);
}

/** Gives back one isolated page, of whatever kind. May sleep on the page lock. */
export function* putbackIsolatedPage(page: Page): Op<void> {
  if (!isLruPage(page)) {
    yield* putbackMovablePage(page);
    return;
  }
  countIsolated(page, -1);
  yield* putbackLruPage(page);
}

/**
 * Gives back one isolated driver page: to its driver, or to nobody if the driver let go of it meanwhile. Ends the
 * isolation and drops its reference. May sleep on the page lock.
 *
 * The driver runs while the page is still marked isolated.
 *
 * @kernel mm/migrate.c putback_movable_page
 * @since 0.1.0
 */
export function* putbackMovablePage(page: Page): Op<void> {
  if ((page.peekFlags() & PageFlag.isolated) === 0)
    page.kernel.warn(page, 'putback of a page that is not isolated');
  yield* page.lock();
  if (yield* pageMovable(page)) yield* callPutbackPage(page, lockedMapping(page));
  yield* page.clearFlags(PageFlag.isolated);
  yield* page.unlock();
  yield* page.put();
}
