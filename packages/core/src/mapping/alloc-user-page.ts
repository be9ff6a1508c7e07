import type { Op } from '@movable-pages/machine';
import { PageFlag } from '../memory/page-flags.js';
import { Gfp } from '../memory/gfp.js';
import type { Page } from '../memory/page.js';
import { countMlocked } from './mlock-page.js';
import type { Vma } from './vma.js';

/**
 * A page for an area, from the node that the process runs on; its contents are not set. May sleep, and may reclaim.
 *
 * @kernel mm/mempolicy.c alloc_pages_vma
 */
export function allocUserPage(vma: Vma): Op<Page | null> {
  return vma.mm.kernel.allocator.allocPage({ gfp: Gfp.highUserMovable, node: vma.mm.homeNode });
}

/** A page for an area, full of zeros. @kernel include/linux/highmem.h alloc_zeroed_user_highpage_movable */
export function* allocZeroedUserPage(vma: Vma): Op<Page | null> {
  const page = yield* allocUserPage(vma);
  if (page === null) return null;
  page.kernel.contents.zero(page.pfn);
  yield* page.setFlags(PageFlag.uptodate);
  return page;
}

/**
 * Puts a page that was just mapped into the add cache; in an area that is locked in memory it is marked before.
 *
 * @kernel mm/swap.c lru_cache_add_inactive_or_unevictable
 */
export function* lruAddNew(page: Page, locked: boolean): Op<void> {
  if (locked) {
    yield* page.setFlags(PageFlag.mlocked);
    countMlocked(page);
  }
  yield* page.kernel.lru.cacheAdd(page);
}
