import { MayBlock, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { ANON_EXCLUSIVE, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { copyPage } from '../migrate/copy-page.js';
import { allocUserPage, lruAddNew } from './alloc-user-page.js';
import { anonVmaFork } from './anon-vma-prepare.js';
import { pagePinned } from './get-user-page.js';
import { linkObject } from './mmap.js';
import { Rss, type Mm } from './mm.js';
import { exitMm } from './munmap.js';
import type { PageTable } from './page-table.js';
import {
  EntryType,
  entryType,
  isMigrationEntry,
  isSwapEntry,
  presentPte,
  PteBit,
  pteNumber,
  ptePresent,
  withEntryType,
} from './pte.js';
import { addToMapCount, pageAddNewAnonRmap } from './rmap.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';

/**
 * Gives a copy of an address space to a child: private memory is shared until one of them writes, shared memory is the
 * same. Locks in memory are not inherited. May sleep.
 *
 * @kernel kernel/fork.c dup_mmap
 * @returns The child's address space, or null without memory.
 * @since 0.1.0
 */
export function* fork(parent: Mm, name?: string): Op<Mm | null> {
  const { machine, mms } = parent.kernel;
  machine.enterScope('vm', 'fork', MayBlock.yes);
  const child = mms.createMm(name ?? `child of ${parent.name}`, parent.homeNode);
  yield* parent.mmapLock.writeAcquire();
  yield* child.mmapLock.writeAcquireNested(1);
  let rc = 0;
  for (const vma of parent.vmas) {
    const copy = mms.createVma(child, vma.start, vma.end, vma.pgoff, vma.flags & ~VmFlag.locked, vma.object);
    // In the reverse map, behind the parent's, before any entry is copied.
    yield* anonVmaFork(copy, vma);
    if (vma.object !== null) yield* linkObject(vma.object, copy);
    child.insert(copy);
    // Shared memory is found in its object again.
    if (vma.anonVma !== null) rc = yield* copyEntries(vma, copy);
    if (rc !== 0) break;
  }
  yield* child.mmapLock.writeRelease();
  yield* parent.mmapLock.writeRelease();
  machine.leaveScope();
  if (rc === 0) return child;
  yield* exitMm(child);
  return null;
}

/** @kernel mm/memory.c copy_pte_range */
function* copyEntries(vma: Vma, copy: Vma): Op<number> {
  const { ptesPerTable } = vma.mm.kernel.mms;
  for (let vpn = vma.start; vpn < vma.end;) {
    const stop = Math.min(vma.end, (Math.floor(vpn / ptesPerTable) + 1) * ptesPerTable);
    const from = yield* vma.mm.table(vpn);
    if (from !== null) {
      const to = yield* copy.mm.makeTable(vpn);
      for (let at = vpn; at < stop;) {
        const needed = yield* copyUntilPinned(vma, copy, from, to, at, stop);
        if (needed === stop) break;
        // A page that is pinned for DMA is copied at once: its owner must go on writing to the same page.
        const spare = yield* allocUserPage(copy);
        if (spare === null) return -Errno.ENOMEM;
        if (yield* copyPinned(vma, copy, from, to, needed, spare)) at = needed + 1;
        else {
          yield* spare.put();
          at = needed;
        }
      }
    }
    vpn = stop;
  }
  return 0;
}

/** Copies entries up to one whose page must be copied at once; gives where it stopped. */
function* copyUntilPinned(
  vma: Vma,
  copy: Vma,
  from: PageTable,
  to: PageTable,
  start: number,
  stop: number,
): Op<number> {
  yield* to.lock.acquire();
  yield* from.lock.acquireNested(1);
  let vpn = start;
  while (vpn < stop) {
    const pte = from.peek(vpn);
    if (pte !== 0) {
      if ((yield* pinnedPage(vma, pte)) !== null) break;
      yield* copyEntry(vma, copy, from, to, vpn);
    }
    vpn++;
  }
  yield* from.lock.release();
  yield* to.lock.release();
  return vpn;
}

/** The page of an entry, if it may be pinned and nobody else maps it. Locks: that of the page table. */
function* pinnedPage(vma: Vma, pte: number): Op<Page | null> {
  if (!ptePresent(pte) || (pte & PteBit.zero) !== 0 || vma.object !== null) return null;
  const page = vma.mm.kernel.page(pteNumber(pte));
  return (yield* pagePinned(page)) ? page : null;
}

/** @kernel mm/memory.c copy_present_page */
function* copyPinned(
  vma: Vma,
  copy: Vma,
  from: PageTable,
  to: PageTable,
  vpn: number,
  spare: Page,
): Op<boolean> {
  yield* to.lock.acquire();
  yield* from.lock.acquireNested(1);
  const page = yield* pinnedPage(vma, from.peek(vpn));
  if (page !== null) {
    yield* copyPage(spare, page);
    yield* spare.setFlags(PageFlag.uptodate);
    yield* pageAddNewAnonRmap(spare, copy, vpn, copy.anonVma!);
    yield* lruAddNew(spare, false);
    copy.mm.addRss(Rss.anon, 1);
    const write = (vma.flags & VmFlag.write) === 0 ? 0 : PteBit.write | PteBit.dirty;
    yield* to.set(vpn, presentPte(spare.pfn, write | PteBit.young));
  }
  yield* from.lock.release();
  yield* to.lock.release();
  return page !== null;
}

/** Copies one entry. Locks: those of both page tables. @kernel mm/memory.c copy_present_pte, copy_nonpresent_pte */
function* copyEntry(vma: Vma, copy: Vma, from: PageTable, to: PageTable, vpn: number): Op<void> {
  const { kernel } = vma.mm;
  const pte = from.peek(vpn);
  if (ptePresent(pte)) {
    if ((pte & PteBit.zero) === 0) {
      const page = kernel.page(pteNumber(pte));
      // From here on a write by either of them is a fault.
      if ((pte & PteBit.write) !== 0) yield* from.clearBits(vpn, PteBit.write);
      if (kernel.profile.tracksAnonExclusive) yield* page.clearFlags(ANON_EXCLUSIVE);
      yield* page.get();
      yield* addToMapCount(page, 1);
      copy.mm.addRss(Rss.anon, 1);
    }
    // The child has not used it yet; dirty it stays, because private memory is.
    yield* to.set(vpn, pte & ~(PteBit.write | PteBit.young));
    return;
  }
  if (isSwapEntry(pte)) {
    yield* kernel.swap!.duplicate(pteNumber(pte));
    copy.mm.addRss(Rss.swap, 1);
    yield* to.set(vpn, pte);
    return;
  }
  if (!isMigrationEntry(pte)) return;
  const shared = withEntryType(pte, EntryType.migrationRead);
  if (entryType(pte) !== EntryType.migrationRead) yield* from.set(vpn, shared);
  copy.mm.addRss(Rss.anon, 1);
  yield* to.set(vpn, shared);
}
