import type { Op } from '@movable-pages/machine';
import { mapsFrame, PteBit, pteNumber } from '../mapping/pte.js';
import { rmapWalk } from '../mapping/rmap-walk.js';
import { VmFlag } from '../mapping/vm-flag.js';
import type { Page } from '../memory/page.js';

/** What the page tables say of a page. */
export interface Referenced {
  /** Entries through which it was used since the last look. */
  readonly entries: number;
  /** An area locks it in memory. */
  readonly locked: boolean;
}

/**
 * Asks the page tables whether a page was used, and makes them forget it. May sleep on the locks of the reverse map.
 *
 * Locks: the page lock.
 *
 * @kernel mm/rmap.c page_referenced
 */
export function* pageReferenced(page: Page): Op<Referenced> {
  let entries = 0;
  let locked = false;
  yield* rmapWalk(page, function* (vma, vpn): Op<boolean> {
    const table = yield* vma.mm.table(vpn);
    if (table === null) return true;
    yield* table.lock.acquire();
    const seen = table.peek(vpn);
    if (mapsFrame(seen) && pteNumber(seen) === page.pfn) {
      locked = ((yield* vma.readFlags()) & VmFlag.locked) !== 0;
      if (!locked && ((yield* table.clearBits(vpn, PteBit.young)) & PteBit.young) !== 0) entries++;
    }
    yield* table.lock.release();
    return !locked;
  });
  return { entries, locked };
}
