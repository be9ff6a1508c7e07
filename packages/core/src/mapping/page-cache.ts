import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { PageWord } from '../memory/frame-table.js';
import type { Page } from '../memory/page.js';
import type { AddressSpace } from './address-space.js';
import { cacheMappingWord, mappingWord, storeMappingWord } from './page-mapping.js';

/**
 * Looks a page up and takes a reference on it, without a lock: between the look and the reference the page may go, so the
 * slot is looked at again. Never sleeps.
 *
 * @kernel mm/filemap.c find_get_page
 */
export function* findGetPage(mapping: AddressSpace, index: number): Op<Page | null> {
  for (;;) {
    const page = yield* mapping.loadSlot(index);
    if (page === null) return null;
    if (yield* page.tryGet()) {
      if ((yield* mapping.loadSlot(index)) === page) return page;
      yield* page.put();
    } else {
      // Gone, or frozen by who has the lock: what he makes of the slot is seen next.
      yield* mapping.treeLock.acquire();
      yield* mapping.treeLock.release();
    }
  }
}

/**
 * Looks a page up, takes a reference and the page lock. May sleep.
 *
 * @kernel mm/filemap.c find_lock_page
 */
export function* findLockPage(mapping: AddressSpace, index: number): Op<Page | null> {
  for (;;) {
    const page = yield* findGetPage(mapping, index);
    if (page === null) return null;
    yield* page.lock();
    // Truncated or migrated meanwhile.
    if (mappingWord(page) === cacheMappingWord(mapping)) return page;
    yield* page.unlock();
    yield* page.put();
  }
}

/**
 * Puts a locked page into a page cache, which takes a reference.
 *
 * Locks: the page lock.
 *
 * @kernel mm/filemap.c add_to_page_cache_locked
 * @returns 0 or `-EEXIST`.
 */
export function* addToPageCache(page: Page, mapping: AddressSpace, index: number): Op<number> {
  yield* page.get();
  yield* mapping.treeLock.acquire();
  if (mapping.peekSlot(index) !== null) {
    yield* mapping.treeLock.release();
    yield* page.put();
    return -Errno.EEXIST;
  }
  page.kernel.frames.poke(page.pfn, PageWord.index, index);
  yield* storeMappingWord(page, cacheMappingWord(mapping));
  yield* mapping.storeSlot(index, page);
  yield* mapping.treeLock.release();
  return 0;
}

/**
 * Takes a locked page out of its page cache and drops the cache's reference. The caller has one of its own.
 *
 * Locks: the page lock.
 *
 * @kernel mm/filemap.c delete_from_page_cache
 */
export function* deleteFromPageCache(page: Page, mapping: AddressSpace): Op<void> {
  yield* mapping.treeLock.acquire();
  yield* mapping.storeSlot(page.kernel.frames.peek(page.pfn, PageWord.index), null);
  yield* storeMappingWord(page, 0);
  yield* mapping.treeLock.release();
  yield* page.put();
}
