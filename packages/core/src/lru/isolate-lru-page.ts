import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';

/**
 * Takes a page off its LRU list, with a reference of the isolation's own. The caller holds a reference and links the page
 * into a list of its own; it also counts the page with {@link countIsolated}. Never sleeps.
 *
 * Exclusive, because only one can clear `PG_lru`.
 *
 * @kernel mm/vmscan.c isolate_lru_page
 * @returns 0, or `-EBUSY` without any effect: the page is on no list, or in an add cache.
 * @throws MachineError `MP_USE_AFTER_FREE` if the caller has no reference.
 * @since 0.1.0
 */
export function* isolateLruPage(page: Page): Op<number> {
  page.assertLive('it is isolated from the LRU');
  if (((yield* page.clearFlags(PageFlag.lru)) & PageFlag.lru) === 0) return -Errno.EBUSY;
  yield* page.get();
  yield* page.kernel.lru.takeOff(page);
  return 0;
}
