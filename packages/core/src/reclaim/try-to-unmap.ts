import type { Op } from '@movable-pages/machine';
import { Rss } from '../mapping/mm.js';
import { pageAnon } from '../mapping/page-mapping.js';
import { EntryType, mapsFrame, nonPresentPte, PteBit, pteNumber } from '../mapping/pte.js';
import { pageRemoveRmap, readMapCount } from '../mapping/rmap.js';
import { rmapWalk } from '../mapping/rmap-walk.js';
import { VmFlag } from '../mapping/vm-flag.js';
import type { Vma } from '../mapping/vma.js';
import { PageWord } from '../memory/frame-table.js';
import { ANON_EXCLUSIVE, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';

/**
 * Takes a page away from everybody who maps it: an entry of an anonymous page becomes the name of its swap slot, another
 * goes. An area that maps it locked in memory stops it. May sleep on the locks of the reverse map.
 *
 * Locks: the page lock; an anonymous page is in the swap cache.
 *
 * @kernel mm/rmap.c try_to_unmap
 * @returns Whether nothing maps it any more.
 */
export function* tryToUnmap(page: Page): Op<boolean> {
  yield* rmapWalk(page, function* (vma, vpn): Op<boolean> {
    const table = yield* vma.mm.table(vpn);
    if (table === null) return true;
    yield* table.lock.acquire();
    const seen = table.peek(vpn);
    const maps = mapsFrame(seen) && pteNumber(seen) === page.pfn;
    // An area that is locked but has a copy of its own does not stop it.
    const locked = maps && ((yield* vma.readFlags()) & VmFlag.locked) !== 0;
    let last = false;
    if (maps && !locked) {
      const pte = yield* table.clear(vpn);
      if ((pte & PteBit.dirty) !== 0) yield* page.setFlags(PageFlag.dirty);
      const entry = yield* remainder(page, vma);
      if (entry !== 0) yield* table.set(vpn, entry);
      last = yield* pageRemoveRmap(page);
      yield* page.put();
    }
    yield* table.lock.release();
    return !last && !locked;
  });
  return (yield* readMapCount(page)) === 0;
}

/** What stays of an entry. Locks: that of the page table. */
function* remainder(page: Page, vma: Vma): Op<number> {
  const { kernel } = page;
  if (!pageAnon(page)) {
    vma.mm.addRss(Rss.shmem, -1);
    return 0;
  }
  const slot = kernel.frames.peek(page.pfn, PageWord.private);
  if (kernel.profile.tracksAnonExclusive) yield* page.clearFlags(ANON_EXCLUSIVE);
  yield* kernel.swap!.duplicate(slot);
  vma.mm.addRss(Rss.anon, -1);
  vma.mm.addRss(Rss.swap, 1);
  return nonPresentPte(EntryType.swap, slot);
}
