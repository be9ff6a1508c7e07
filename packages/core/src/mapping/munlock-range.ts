import type { Op } from '@movable-pages/machine';
import type { Page } from '../memory/page.js';
import { munlockPage } from './mlock-page.js';
import { mapsFrame, PteBit, pteNumber } from './pte.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';

/**
 * Takes the lock in memory off the pages of a range of an area that is locked. Pages in migration are left: whoever maps
 * them again goes by the area. May sleep.
 *
 * Locks: `mmap_lock` for writing.
 *
 * @kernel mm/mlock.c munlock_vma_pages_range
 */
export function* munlockRange(vma: Vma, start: number, end: number): Op<void> {
  yield* vma.setFlags(vma.flags & ~VmFlag.locked);
  for (let vpn = start; vpn < end; vpn++) {
    const page = yield* getMappedPage(vma, vpn);
    if (page === null) continue;
    yield* page.lock();
    yield* munlockPage(page);
    yield* page.unlock();
    yield* page.put();
  }
}

/**
 * The page that an entry maps, with a reference, or null.
 *
 * @param write Only if it may be written.
 * @kernel mm/gup.c follow_page
 */
export function* getMappedPage(vma: Vma, vpn: number, write = false): Op<Page | null> {
  const table = yield* vma.mm.table(vpn);
  if (table === null) return null;
  yield* table.lock.acquire();
  const pte = table.peek(vpn);
  const wanted = mapsFrame(pte) && (!write || (pte & PteBit.write) !== 0);
  const page = wanted ? vma.mm.kernel.page(pteNumber(pte)) : null;
  if (page !== null) yield* page.get();
  yield* table.lock.release();
  return page;
}
