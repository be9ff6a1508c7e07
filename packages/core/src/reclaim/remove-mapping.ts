import type { Op } from '@movable-pages/machine';
import type { AddressSpace } from '../mapping/address-space.js';
import { cacheIndexOf, storeMappingWord } from '../mapping/page-mapping.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { freezeRefs, unfreezeRefs } from '../migrate/freeze-refs.js';
import { detach } from '../swap/swap-cache.js';

/** The isolation's reference and that of the page cache. */
const EXPECTED = 2;

/**
 * Takes a clean page that nobody else holds out of its page cache. Its references are then gone: the caller unlocks and
 * frees it. Never sleeps.
 *
 * Locks: the page lock.
 *
 * @kernel mm/vmscan.c __remove_mapping
 * @returns Whether it could: not if somebody holds the page or it is dirty.
 */
export function* removeMapping(page: Page, mapping: AddressSpace): Op<boolean> {
  const { swap, machine, frames } = page.kernel;
  const index = cacheIndexOf(page);
  yield* mapping.treeLock.acquire();
  if (!(yield* freezeRefs(page, EXPECTED))) {
    yield* mapping.treeLock.release();
    return false;
  }
  // Looked at while nobody can take a reference to write to it.
  if (((yield* page.readFlags()) & PageFlag.dirty) !== 0) {
    yield* unfreezeRefs(page, EXPECTED, EXPECTED);
    yield* mapping.treeLock.release();
    return false;
  }
  const swapped = swap !== null && mapping === swap.cache;
  if (swapped) yield* detach(swap, page, index);
  else {
    yield* mapping.storeSlot(index, null);
    yield* storeMappingWord(page, 0);
  }
  yield* mapping.treeLock.release();
  if (swapped) yield* swap.releaseCache(index);
  machine.noteReference(frames.location(page.pfn, PageWord.refCount), -EXPECTED);
  return true;
}
