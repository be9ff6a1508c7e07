import { MayBlock, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { allows, handleMmFault } from './handle-fault.js';
import { mlockPage } from './mlock-page.js';
import type { Mm } from './mm.js';
import { getMappedPage, munlockRange } from './munlock-range.js';
import { cacheMappingWord, mappingWord, pageAnon } from './page-mapping.js';
import { areasIn } from './split-area.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';

/**
 * Locks a range in memory: marks its areas, then brings every page in and marks it unevictable. May sleep.
 *
 * @kernel mm/mlock.c do_mlock
 * @returns 0, `-ENOMEM` (part of the range is no area, or there is no memory).
 * @since 0.1.0
 */
export function* mlock(mm: Mm, start: number, pages: number): Op<number> {
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'mlock', MayBlock.yes);
  yield* mm.kernel.lru.drainAll();
  yield* mm.mmapLock.writeAcquire();
  const areas = yield* areasIn(mm, start, start + pages, false);
  for (const vma of areas ?? []) yield* vma.setFlags(vma.flags | VmFlag.locked);
  yield* mm.mmapLock.writeRelease();
  let rc = areas === null ? -Errno.ENOMEM : 0;
  for (let vpn = start; rc === 0 && vpn < start + pages; vpn++) {
    yield* mm.mmapLock.readAcquire();
    const vma = mm.find(vpn);
    rc = vma === null ? -Errno.ENOMEM : yield* populate(vma, vpn);
    yield* mm.mmapLock.readRelease();
  }
  machine.leaveScope();
  return rc;
}

/** Brings a page in and marks it. Locks: `mmap_lock` for reading. @kernel mm/gup.c populate_vma_page_range */
function* populate(vma: Vma, vpn: number): Op<number> {
  // Private memory that may be written is copied now, not at the next write.
  const write = allows(vma, true) && !vma.shared;
  for (;;) {
    const page = yield* getMappedPage(vma, vpn);
    if (page !== null) {
      yield* page.lock();
      const { object } = vma;
      const here = object === null ? pageAnon(page) : mappingWord(page) === cacheMappingWord(object);
      if (here && (vma.flags & VmFlag.locked) !== 0) yield* mlockPage(page);
      yield* page.unlock();
      yield* page.put();
      return 0;
    }
    const rc = yield* handleMmFault(vma, vpn, write);
    if (rc !== 0) return rc;
  }
}

/**
 * Undoes {@link mlock}. May sleep.
 *
 * @kernel mm/mlock.c do_munlock
 * @returns 0, or `-ENOMEM`: part of the range is no area.
 * @since 0.1.0
 */
export function* munlock(mm: Mm, start: number, pages: number): Op<number> {
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
