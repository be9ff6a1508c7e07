import type { Op } from '@movable-pages/machine';
import { findGetPage } from '../mapping/page-cache.js';
import { readMapCount } from '../mapping/rmap.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { deleteFromSwapCache } from './swap-cache.js';
import type { SwapDevice } from './swap-device.js';

/**
 * Takes a locked page out of the swap cache if no entry names its slot: what it holds is then nowhere else. Never sleeps.
 *
 * Locks: the page lock.
 *
 * @kernel mm/swapfile.c try_to_free_swap
 * @returns Whether it did.
 */
export function* freeSwap(page: Page): Op<boolean> {
  const { swap } = page.kernel;
  const flags = yield* page.readFlags();
  if (swap === null || (flags & PageFlag.swapCache) === 0 || (flags & PageFlag.writeback) !== 0) return false;
  if ((yield* swap.entries(slotOf(page))) > 0) return false;
  yield* deleteFromSwapCache(swap, page);
  yield* page.setFlags(PageFlag.dirty);
  return true;
}

/**
 * Drops the reference of an entry that mapped a page. If nobody maps the page any more, and the swap cache has it, it is
 * taken out of there, unless somebody has locked it: then it stays until reclaim finds it. Never sleeps.
 *
 * @kernel mm/swap_state.c free_page_and_swap_cache
 */
export function* freePageAndSwapCache(page: Page): Op<void> {
  if (page.kernel.swap !== null && (yield* isIdle(page)) && (yield* page.tryLock())) {
    if (yield* isIdle(page)) yield* freeSwap(page);
    yield* page.unlock();
  }
  yield* page.put();
}

/**
 * Lets go of a slot that a page-table entry named, and of the page of the cache if nobody else wants it. Never sleeps.
 *
 * @kernel mm/swapfile.c free_swap_and_cache
 */
export function* freeSwapAndCache(swap: SwapDevice, slot: number): Op<void> {
  if (!(yield* swap.free(slot))) return;
  const page = yield* findGetPage(swap.cache, slot);
  if (page === null) return;
  if (yield* page.tryLock()) {
    if ((yield* isIdle(page)) && slotOf(page) === slot) yield* freeSwap(page);
    yield* page.unlock();
  }
  yield* page.put();
}

/** Whether a page is in the swap cache and nobody maps it. */
function* isIdle(page: Page): Op<boolean> {
  return ((yield* page.readFlags()) & PageFlag.swapCache) !== 0 && (yield* readMapCount(page)) === 0;
}

/** The swap slot of a page of the swap cache. */
function slotOf(page: Page): number {
  return page.kernel.frames.peek(page.pfn, PageWord.private);
}
