import type { Op } from '@movable-pages/machine';
import { countIsolated } from '../lru/count-isolated.js';
import { isFileLru } from '../lru/lru-list.js';
import { putbackLruPage } from '../lru/putback-lru-page.js';
import { AOP_WRITEPAGE_ACTIVATE } from '../mapping/address-space.js';
import { cacheOf, pageAnon } from '../mapping/page-mapping.js';
import { mlockPage } from '../mapping/mlock-page.js';
import { readMapCount } from '../mapping/rmap.js';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { addToSwap } from '../swap/swap-cache.js';
import { freeSwap } from '../swap/free-swap.js';
import { pageReferenced } from './page-referenced.js';
import { removeMapping } from './remove-mapping.js';
import { tryToUnmap } from './try-to-unmap.js';

/** What becomes of a page that reclaim looked at. */
const Verdict = { freed: 0, keep: 1, activate: 2 } as const;
type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** For a list that is to be emptied, not merely shortened. */
export interface DropClean {
  /** Where pages go that stay: isolated and counted as such. */
  readonly returned: PageList;
}

/**
 * Tries to free isolated pages: unmaps them, writes them to swap, takes them out of the cache. The others go back to the
 * LRU, to the active list if they are in use. Gives how many it freed. May sleep.
 *
 * @param dropClean Free pages even if they are in use, write nothing, and keep isolated what stays.
 * @kernel mm/vmscan.c shrink_page_list
 */
export function* shrinkPageList(list: PageList, dropClean: DropClean | null = null): Op<number> {
  let freed = 0;
  for (let page = list.shift(); page !== null; page = list.shift()) {
    if (dropClean === null) countIsolated(page, -1);
    let verdict: Verdict = Verdict.keep;
    if (yield* page.tryLock()) {
      verdict = yield* reclaimLocked(page, dropClean !== null);
      if (verdict === Verdict.activate) yield* activate(page);
      yield* page.unlock();
    }
    if (verdict === Verdict.freed) {
      if (dropClean !== null) countIsolated(page, -1);
      freed++;
      yield* page.free();
    } else if (dropClean === null) yield* putbackLruPage(page);
    else dropClean.returned.addTail(page);
  }
  return freed;
}

/** Locks: the page lock, which is still held afterwards. */
function* reclaimLocked(page: Page, dropClean: boolean): Op<Verdict> {
  const flags = yield* page.readFlags();
  if ((flags & PageFlag.mlocked) !== 0) return Verdict.keep;
  if ((flags & PageFlag.writeback) !== 0) return Verdict.activate;
  if (!dropClean) {
    const { entries, locked } = yield* pageReferenced(page);
    if (locked) {
      yield* mlockPage(page);
      return Verdict.keep;
    }
    // An anonymous page in use stays; a file page is given one more round.
    if (entries > 0) return isFileLru(flags) ? Verdict.keep : Verdict.activate;
  }
  if (pageAnon(page)) {
    if ((flags & PageFlag.swapCache) === 0 && !(yield* addToSwap(page))) return Verdict.activate;
  } else if (!isFileLru(flags)) {
    // Shared memory has no place to go to.
    return Verdict.activate;
  }
  const mapping = cacheOf(page);
  if (mapping === null) return Verdict.keep;
  if ((yield* readMapCount(page)) > 0 && !(yield* tryToUnmap(page))) return yield* giveUp(page);
  if (((yield* page.readFlags()) & PageFlag.dirty) !== 0 && (dropClean || !(yield* pageOut(page))))
    return yield* giveUp(page);
  return (yield* removeMapping(page, mapping)) ? Verdict.freed : yield* giveUp(page);
}

/** Somebody wants the page after all: a slot that nothing names is let go of. @kernel mm/vmscan.c activate_locked */
function* giveUp(page: Page): Op<Verdict> {
  yield* freeSwap(page);
  return Verdict.activate;
}

/** Writes a page out and locks it again; gives whether it is clean. @kernel mm/vmscan.c pageout */
function* pageOut(page: Page): Op<boolean> {
  const mapping = cacheOf(page);
  // Somebody holds it: writing would be in vain.
  if (mapping?.ops.writePage === undefined || (yield* page.readRefCount()) !== 2) return false;
  yield* page.clearFlags(PageFlag.dirty);
  const rc = yield* mapping.ops.writePage(page);
  // Not written, and locked still: it goes to the active list.
  if (rc === AOP_WRITEPAGE_ACTIVATE) return false;
  yield* page.lock();
  if (rc < 0) yield* page.setFlags(PageFlag.dirty | PageFlag.error);
  const busy = PageFlag.dirty | PageFlag.writeback;
  return ((yield* page.readFlags()) & busy) === 0 && cacheOf(page) === mapping;
}

function* activate(page: Page): Op<void> {
  if ((page.peekFlags() & (PageFlag.active | PageFlag.unevictable)) !== 0) return;
  yield* page.setFlags(PageFlag.active);
  page.kernel.vmstat.add('pgactivate', 1);
}
