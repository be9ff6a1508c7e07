import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { allocUserPage } from '../mapping/alloc-user-page.js';
import { anonVmaPrepare } from '../mapping/anon-vma-prepare.js';
import type { AnonVma } from '../mapping/anon-vma.js';
import type { Fault } from '../mapping/fault-context.js';
import { mlockPage } from '../mapping/mlock-page.js';
import { Rss } from '../mapping/mm.js';
import { findGetPage } from '../mapping/page-cache.js';
import { anonMappingWord, mappingWord, storeMappingWord } from '../mapping/page-mapping.js';
import { presentPte, PteBit, pteNumber } from '../mapping/pte.js';
import { pageAddAnonRmap, readMapCount } from '../mapping/rmap.js';
import { VmFlag } from '../mapping/vm-flag.js';
import type { Vma } from '../mapping/vma.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { pause } from '../pause.js';
import { freeSwap } from './free-swap.js';
import { addToSwapCache } from './swap-cache.js';
import type { SwapDevice } from './swap-device.js';

/**
 * An access to a page that is in swap: finds it in the swap cache or reads it in, and maps it.
 *
 * @kernel mm/memory.c do_swap_page
 * @returns 0 or `-ENOMEM`.
 */
export function* swapInFault(fault: Fault): Op<number> {
  const { vma, vpn, write, table, seen } = fault;
  const swap = vma.mm.kernel.swap!;
  const slot = pteNumber(seen);
  const anonVma = yield* anonVmaPrepare(vma);
  const found = yield* findLocked(swap, vma, slot);
  if (typeof found === 'number') return found;
  const page = found;
  yield* table.lock.acquire();
  // Under the page lock: still the page of the slot, and the entry still names it.
  const wanted =
    table.peek(vpn) === seen &&
    (page.peekFlags() & PageFlag.swapCache) !== 0 &&
    page.kernel.frames.peek(page.pfn, PageWord.private) === slot;
  if (!wanted) {
    yield* table.lock.release();
    yield* page.unlock();
    yield* page.put();
    return 0;
  }
  vma.mm.addRss(Rss.anon, 1);
  vma.mm.addRss(Rss.swap, -1);
  // What is being written must not change meanwhile: a write then gets a copy.
  const stable = ((yield* page.readFlags()) & PageFlag.writeback) === 0;
  const alone = stable && (yield* readMapCount(page)) + (yield* swap.entries(slot)) === 1;
  if (mappingWord(page) === 0) yield* beginMapping(page, vma, vpn, alone ? anonVma : anonVma.root);
  yield* pageAddAnonRmap(page, alone);
  const writable = write && alone && (vma.flags & VmFlag.write) !== 0;
  yield* table.set(vpn, presentPte(page.pfn, PteBit.young | (writable ? PteBit.write | PteBit.dirty : 0)));
  yield* swap.free(slot);
  // Written to in memory, or to stay there: the slot has no use any more.
  const locked = (vma.flags & VmFlag.locked) !== 0;
  if (writable || locked || (yield* swap.isFull())) yield* freeSwap(page);
  yield* table.lock.release();
  if (locked) yield* mlockPage(page);
  yield* page.unlock();
  return 0;
}

/**
 * A page that came from swap has no place yet. One that other processes have too belongs to the root of the anon_vmas, whose
 * chain has the areas of all of them.
 *
 * @kernel mm/rmap.c __page_set_anon_rmap
 */
function* beginMapping(page: Page, vma: Vma, vpn: number, anonVma: AnonVma): Op<void> {
  page.kernel.frames.poke(page.pfn, PageWord.index, vma.indexOf(vpn));
  yield* storeMappingWord(page, anonMappingWord(anonVma));
}

/** The page of a slot, locked and with a reference; or 0 (look again), or `-ENOMEM`. */
function* findLocked(swap: SwapDevice, vma: Vma, slot: number): Op<Page | number> {
  const known = yield* findGetPage(swap.cache, slot);
  if (known !== null) {
    yield* known.lock();
    return known;
  }
  const page = yield* allocUserPage(vma);
  if (page === null) return -Errno.ENOMEM;
  yield* page.lock();
  if (!(yield* swap.claimCache(slot))) {
    yield* page.unlock();
    yield* page.put();
    // Nothing names it any more; or somebody else is about to bring it in, or to take it out.
    yield* pause(page.kernel.machine);
    return 0;
  }
  yield* page.setFlags(PageFlag.swapBacked);
  yield* addToSwapCache(swap, page, slot);
  yield* swap.readPage(page, slot);
  yield* page.kernel.lru.cacheAdd(page);
  return page;
}
