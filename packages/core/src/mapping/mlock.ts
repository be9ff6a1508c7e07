import { MayBlock, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { Page } from '../memory/page.js';
import { checkRange } from './check-range.js';
import { allows, handleMmFault } from './handle-fault.js';
import { mlockPage } from './mlock-page.js';
import type { Mm } from './mm.js';
import { getMappedPage, munlockRange } from './munlock-range.js';
import { cacheMappingWord, mappingWord, pageAnon } from './page-mapping.js';
import { isZeroPte } from './pte.js';
import { areasIn } from './split-area.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';

/**
 * Locks a range in memory: marks its areas, then brings every page in and marks it unevictable. May sleep.
 *
 * @kernel mm/mlock.c do_mlock
 * @returns 0, `-ENOMEM` (part of the range is no area or allows no access, or there is no memory).
 * @throws MachineError `MP_PARAMETER`: numbers that are no range.
 * @since 0.1.0
 */
export function* mlock(mm: Mm, start: number, pages: number): Op<number> {
  checkRange(mm, start, pages);
  const { machine, profile, lru } = mm.kernel;
  machine.enterScope('vm', 'mlock', MayBlock.yes);
  if (!profile.mlockDrainsAddCache) yield* lru.drainAll();
  yield* mm.mmapLock.writeAcquire();
  const areas = yield* areasIn(mm, start, start + pages, false);
  for (const vma of areas ?? []) {
    yield* vma.setFlags(vma.flags | VmFlag.locked);
    if (profile.mlockDrainsAddCache) yield* markPresent(vma);
  }
  yield* mm.mmapLock.writeRelease();
  let rc = areas === null ? -Errno.ENOMEM : 0;
  for (let vpn = start; rc === 0 && vpn < start + pages; vpn++) {
    yield* mm.mmapLock.readAcquire();
    const vma = mm.find(vpn);
    rc = vma === null ? -Errno.ENOMEM : yield* populate(vma, vpn);
    yield* mm.mmapLock.readRelease();
  }
  if (profile.mlockDrainsAddCache) yield* lru.drain();
  machine.leaveScope();
  return rc;
}

/** Marks the pages of an area that are there. Locks: `mmap_lock` for writing. @kernel mm/mlock.c mlock_vma_pages_range */
function* markPresent(vma: Vma): Op<void> {
  const { lru } = vma.mm.kernel;
  yield* lru.drain();
  for (let vpn = vma.start; vpn < vma.end; vpn++) {
    const page = yield* getMappedPage(vma, vpn);
    if (page === null) continue;
    yield* page.lock();
    if (belongsTo(vma, page)) yield* mlockPage(page);
    yield* page.unlock();
    yield* page.put();
  }
  yield* lru.drain();
}

/** Whether a page is the area's own, and not one that it shows, such as the zero page. */
function belongsTo(vma: Vma, page: Page): boolean {
  return vma.object === null ? pageAnon(page) : mappingWord(page) === cacheMappingWord(vma.object);
}

/** Brings a page in and marks it. Locks: `mmap_lock` for reading. @kernel mm/gup.c populate_vma_page_range */
function* populate(vma: Vma, vpn: number): Op<number> {
  if (!allows(vma, false)) return -Errno.ENOMEM;
  // Private memory that may be written is copied now, not at the next write.
  const write = allows(vma, true) && !vma.shared;
  for (;;) {
    const page = yield* getMappedPage(vma, vpn, write);
    if (page !== null) {
      yield* page.lock();
      if (belongsTo(vma, page) && (vma.flags & VmFlag.locked) !== 0) yield* mlockPage(page);
      yield* page.unlock();
      yield* page.put();
      return 0;
    }
    // Read-only memory that was never written shows the zero page, which needs no mark.
    if (!write && isZeroPte(yield* (yield* vma.mm.makeTable(vpn)).load(vpn))) return 0;
    const rc = yield* handleMmFault(vma, vpn, write);
    if (rc !== 0) return rc;
  }
}

/**
 * Undoes {@link mlock}. May sleep.
 *
 * @kernel mm/mlock.c do_munlock
 * @returns 0, or `-ENOMEM`: part of the range is no area.
 * @throws MachineError `MP_PARAMETER`: numbers that are no range.
 * @since 0.1.0
 */
export function* munlock(mm: Mm, start: number, pages: number): Op<number> {
  checkRange(mm, start, pages);
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'munlock', MayBlock.yes);
  yield* mm.mmapLock.writeAcquire();
  const areas = yield* areasIn(mm, start, start + pages, false);
  for (const vma of areas ?? [])
    if ((vma.flags & VmFlag.locked) !== 0) yield* munlockRange(vma, vma.start, vma.end);
  yield* mm.mmapLock.writeRelease();
  machine.leaveScope();
  return areas === null ? -Errno.ENOMEM : 0;
}
