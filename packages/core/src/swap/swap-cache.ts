import type { Op } from '@movable-pages/machine';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import type { SwapDevice } from './swap-device.js';

/**
 * Puts a locked page into the swap cache at a slot whose cache the caller has claimed. The cache takes a reference.
 *
 * Locks: the page lock.
 *
 * @kernel mm/swap_state.c add_to_swap_cache
 */
export function* addToSwapCache(swap: SwapDevice, page: Page, slot: number): Op<void> {
  yield* page.get();
  yield* swap.cache.treeLock.acquire();
  page.kernel.frames.poke(page.pfn, PageWord.private, slot);
  yield* page.setFlags(PageFlag.swapCache);
  yield* swap.cache.storeSlot(slot, page);
  yield* swap.cache.treeLock.release();
}

/**
 * Finds a slot for a locked anonymous page and puts it into the swap cache, dirty.
 *
 * Locks: the page lock.
 *
 * @kernel mm/swap_state.c add_to_swap
 * @returns Whether there was a slot.
 */
export function* addToSwap(page: Page): Op<boolean> {
  const { swap } = page.kernel;
  const slot = swap === null ? -1 : yield* swap.allocate();
  if (swap === null || slot < 0) return false;
  yield* addToSwapCache(swap, page, slot);
  yield* page.setFlags(PageFlag.dirty);
  return true;
}

/**
 * Takes a locked page out of the swap cache and drops the cache's reference.
 *
 * Locks: the page lock.
 *
 * @kernel mm/swap_state.c delete_from_swap_cache
 */
export function* deleteFromSwapCache(swap: SwapDevice, page: Page): Op<void> {
  const slot = page.kernel.frames.peek(page.pfn, PageWord.private);
  yield* swap.cache.treeLock.acquire();
  yield* detach(swap, page, slot);
  yield* swap.cache.treeLock.release();
  yield* swap.releaseCache(slot);
  yield* page.put();
}

/**
 * Empties the slot of a page and takes its marks off. Locks: the page lock and the lock of the cache.
 *
 * @kernel mm/swap_state.c __delete_from_swap_cache
 */
export function* detach(swap: SwapDevice, page: Page, slot: number): Op<void> {
  yield* swap.cache.storeSlot(slot, null);
  page.kernel.frames.poke(page.pfn, PageWord.private, 0);
  yield* page.clearFlags(PageFlag.swapCache);
}
