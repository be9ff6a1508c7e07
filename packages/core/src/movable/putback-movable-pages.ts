import type { Op } from '@movable-pages/machine';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { callPutbackPage } from './call-driver.js';
import { lockedMapping, pageMovable } from './page-movable.js';

/**
 * Gives back every page of a list that was isolated and not migrated. May sleep on page locks.
 *
 * @kernel mm/migrate.c putback_movable_pages
 * @since 0.1.0
 */
export function* putbackMovablePages(list: PageList): Op<void> {
  for (let page = list.shift(); page !== null; page = list.shift()) yield* putbackMovablePage(page);
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
