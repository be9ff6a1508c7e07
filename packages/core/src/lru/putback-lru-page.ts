import type { Op } from '@movable-pages/machine';
import type { Page } from '../memory/page.js';

/**
 * Gives back a page that was isolated from the LRU, by way of the add cache, and drops the isolation's reference: the page
 * goes to the list that its flags name by then. Never sleeps.
 *
 * @kernel mm/vmscan.c putback_lru_page
 * @since 0.1.0
 */
export function* putbackLruPage(page: Page): Op<void> {
  yield* page.kernel.lru.cacheAdd(page);
  yield* page.put();
}
