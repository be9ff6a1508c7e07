import type { Op } from '@movable-pages/machine';
import { isolateLruPage } from '../lru/isolate-lru-page.js';
import { putbackLruPage } from '../lru/putback-lru-page.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { mapsFrame, pteNumber } from './pte.js';
import { rmapWalk } from './rmap-walk.js';
import { VmFlag } from './vm-flag.js';

/**
 * Marks a page as locked in memory and moves it to the unevictable list, if it is on a list; else whoever adds it to one
 * does.
 *
 * Locks: the page lock.
 *
 * @kernel mm/mlock.c mlock_vma_page
 */
export function* mlockPage(page: Page): Op<void> {
  if (((yield* page.setFlags(PageFlag.mlocked)) & PageFlag.mlocked) !== 0) return;
  countMlocked(page);
  yield* moveToItsList(page);
}

/** Counts a page that was just marked. */
export function countMlocked(page: Page): void {
  page.kernel.vmstat.add('nr_mlock', 1);
  page.kernel.vmstat.add('unevictable_pgs_mlocked', 1);
}

/**
 * Takes the mark off, unless another area that maps the page locks it too.
 *
 * Locks: the page lock. May sleep.
 *
 * @kernel mm/mlock.c munlock_vma_page
 */
export function* munlockPage(page: Page): Op<void> {
  if (((yield* page.clearFlags(PageFlag.mlocked)) & PageFlag.mlocked) === 0) return;
  page.kernel.vmstat.add('nr_mlock', -1);
  page.kernel.vmstat.add('unevictable_pgs_munlocked', 1);
  let locked = false;
  yield* rmapWalk(page, function* (vma, vpn): Op<boolean> {
    if (((yield* vma.readFlags()) & VmFlag.locked) === 0) return true;
    // An area of the chain need not map the page: it may have a copy of its own by now.
    const table = yield* vma.mm.table(vpn);
    if (table === null) return true;
    yield* table.lock.acquire();
    const seen = table.peek(vpn);
    locked = mapsFrame(seen) && pteNumber(seen) === page.pfn;
    yield* table.lock.release();
    return !locked;
  });
  if (locked) {
    yield* mlockPage(page);
    return;
  }
  yield* moveToItsList(page);
}

/**
 * Takes the mark off a page that nobody maps any more. Never sleeps.
 *
 * @kernel mm/mlock.c clear_page_mlock
 */
export function* clearPageMlock(page: Page): Op<void> {
  if (((yield* page.clearFlags(PageFlag.mlocked)) & PageFlag.mlocked) === 0) return;
  page.kernel.vmstat.add('nr_mlock', -1);
  yield* moveToItsList(page);
}

/** Takes a page off its list and puts it back, to the one that its flags name now. */
function* moveToItsList(page: Page): Op<void> {
  if ((yield* isolateLruPage(page)) !== 0) return;
  yield* putbackLruPage(page);
}
