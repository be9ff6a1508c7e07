import type { Op } from '@movable-pages/machine';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { freePageAndSwapCache, freeSwapAndCache } from '../swap/free-swap.js';
import { Rss } from './mm.js';
import { pageAnon } from './page-mapping.js';
import type { PageTable } from './page-table.js';
import { isMigrationEntry, mapsFrame, PteBit, pteNumber, ptePresent } from './pte.js';
import { pageRemoveRmap } from './rmap.js';
import type { Vma } from './vma.js';

/**
 * Takes the entries of a range of an area away. What was present is unmapped and put; swap slots are let go of; the entry
 * of a page in migration just goes, and the migration finds nothing to restore.
 *
 * Locks: `mmap_lock`.
 *
 * @kernel mm/memory.c zap_pte_range
 */
export function* zapRange(vma: Vma, start: number, end: number): Op<void> {
  const { mm } = vma;
  const { ptesPerTable } = mm.kernel.mms;
  for (let vpn = start; vpn < end;) {
    const stop = Math.min(end, (Math.floor(vpn / ptesPerTable) + 1) * ptesPerTable);
    const table = yield* mm.table(vpn);
    if (table !== null) yield* zapTable(vma, table, vpn, stop);
    vpn = stop;
  }
}

function* zapTable(vma: Vma, table: PageTable, start: number, end: number): Op<void> {
  const { mm } = vma;
  const unmapped: Page[] = [];
  const slots: number[] = [];
  yield* table.lock.acquire();
  for (let vpn = start; vpn < end; vpn++) {
    if (table.peek(vpn) === 0) continue;
    const pte = yield* table.clear(vpn);
    if (mapsFrame(pte)) {
      const page = mm.kernel.page(pteNumber(pte));
      const anon = pageAnon(page);
      if (!anon && (pte & PteBit.dirty) !== 0) yield* page.setFlags(PageFlag.dirty);
      mm.addRss(anon ? Rss.anon : Rss.shmem, -1);
      yield* pageRemoveRmap(page);
      unmapped.push(page);
    } else if (isMigrationEntry(pte)) {
      mm.addRss(vma.object === null ? Rss.anon : Rss.shmem, -1);
    } else if (!ptePresent(pte)) {
      mm.addRss(Rss.swap, -1);
      slots.push(pteNumber(pte));
    }
  }
  yield* table.lock.release();
  for (const page of unmapped) yield* freePageAndSwapCache(page);
  for (const slot of slots) yield* freeSwapAndCache(mm.kernel.swap!, slot);
}
