import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { AddressSpace } from '../mapping/address-space.js';
import { cacheIndexOf, mappingWord, storeMappingWord } from '../mapping/page-mapping.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { expectedRefs, freezeRefs, unfreezeRefs } from './freeze-refs.js';

/**
 * Steps 5 to 11: puts the new page in the place of the old one, if nobody else holds the old one. Up to step 7 a failure
 * leaves both as they were; after it there is no way back. Never sleeps.
 *
 * Locks: both page locks.
 *
 * @param mapping The page cache that the old page is in; null for anonymous pages outside the swap cache, which are found
 *   by nobody: only steps 6 and 8 are left for them.
 * @kernel mm/migrate.c migrate_page_move_mapping
 * @returns 0 or `-EAGAIN`.
 */
export function* moveMapping(mapping: AddressSpace | null, target: Page, page: Page): Op<number> {
  const expected = expectedRefs(mapping, page);
  if (mapping === null) {
    if (!(yield* checkRefs(page, expected))) return -Errno.EAGAIN;
    yield* prepareNewPage(target, page);
    return 0;
  }
  const index = cacheIndexOf(page);
  yield* lockPageTree(mapping);
  if (!(yield* checkAndFreeze(mapping, index, page, expected))) {
    yield* unlockPageTree(mapping);
    return -Errno.EAGAIN;
  }
  yield* prepareNewPage(target, page);
  // The cache's reference, and what is newer than the backing store, before anybody can find the new page.
  yield* target.get();
  if ((page.peekFlags() & PageFlag.dirty) !== 0) {
    yield* page.clearFlags(PageFlag.dirty);
    yield* target.setFlags(PageFlag.dirty);
  }
  yield* storeNewPage(mapping, index, target);
  yield* dropOldRefs(page, expected);
  yield* unlockPageTree(mapping);
  return 0;
}

/** Step 5: takes the lock of the page cache. */
function lockPageTree(mapping: AddressSpace): Op<void> {
  return mapping.treeLock.acquire();
}

/** Step 6: nobody but the isolation, and the page cache if there is one, holds the old page. */
function* checkRefs(page: Page, expected: number): Op<boolean> {
  return (yield* page.readRefCount()) === expected;
}

/** Steps 6 and 7 with a page cache: the slot still has the old page, and the count is frozen. */
function* checkAndFreeze(mapping: AddressSpace, index: number, page: Page, expected: number): Op<boolean> {
  if (page.kernel.profile.checksSlotBeforeFreeze) {
    if (!(yield* checkRefs(page, expected)) || !slotHasPage(mapping, index, page)) return false;
  }
  return yield* freezeRefs(page, expected);
}

/** Step 7: the slot still has the old page. Where the count is frozen without it, freezing implies it. */
function slotHasPage(mapping: AddressSpace, index: number, page: Page): boolean {
  return mapping.peekSlot(index) === page;
}

/** Step 8: gives the new page the identity of the old one: place, mapping, kind, swap slot. */
function* prepareNewPage(target: Page, page: Page): Op<void> {
  const { frames } = page.kernel;
  frames.poke(target.pfn, PageWord.index, frames.peek(page.pfn, PageWord.index));
  const flags = page.peekFlags() & (PageFlag.swapBacked | PageFlag.swapCache);
  if ((flags & PageFlag.swapCache) !== 0)
    frames.poke(target.pfn, PageWord.private, frames.peek(page.pfn, PageWord.private));
  if (flags !== 0) yield* target.setFlags(flags);
  yield* storeMappingWord(target, mappingWord(page));
}

/** Step 9: whoever looks the page up finds the new one. */
function storeNewPage(mapping: AddressSpace, index: number, target: Page): Op<void> {
  return mapping.storeSlot(index, target);
}

/** Step 10: the old page gets its references back, without the cache's. Never the last one. */
function dropOldRefs(page: Page, expected: number): Op<void> {
  return unfreezeRefs(page, expected, expected - 1);
}

/** Step 11: drops the lock of the page cache. */
function unlockPageTree(mapping: AddressSpace): Op<void> {
  return mapping.treeLock.release();
}
