import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { copyPage } from '../migrate/copy-page.js';
import { freePageAndSwapCache, freeSwap } from '../swap/free-swap.js';
import { allocUserPage, allocZeroedUserPage, lruAddNew } from './alloc-user-page.js';
import { anonVmaPrepare } from './anon-vma-prepare.js';
import type { Fault } from './fault-context.js';
import { munlockPage } from './mlock-page.js';
import { Rss } from './mm.js';
import { mapsFrame, presentPte, PteBit, pteNumber, samePte } from './pte.js';
import { anonExclusive, pageAddNewAnonRmap, pageRemoveRmap, readMapCount } from './rmap.js';
import { ANON_EXCLUSIVE } from '../memory/page-flags.js';
import { VmFlag } from './vm-flag.js';

const WRITABLE = PteBit.write | PteBit.dirty | PteBit.young;

/**
 * A write to a page that is present and may not be written: a page of private memory is used as it is if nobody else can
 * see it, and else copied. Unsharing is the same, but that the entry then does not allow to write.
 *
 * Locks: that of the page table, which it drops.
 *
 * @kernel mm/memory.c do_wp_page
 * @returns 0 or `-ENOMEM`.
 */
export function* writeProtectFault(fault: Fault): Op<number> {
  const { vma, vpn, table, seen } = fault;
  const old = mapsFrame(seen) ? vma.mm.kernel.page(pteNumber(seen)) : null;
  if (old !== null && (vma.shared || (yield* mayReuse(old)))) {
    if (!fault.unshare) yield* table.setBits(vpn, WRITABLE);
    yield* table.lock.release();
    return 0;
  }
  if (old !== null) yield* old.get();
  yield* table.lock.release();
  return yield* copyOnWrite(fault, old);
}

/** Whether a page of private memory belongs to nobody else. Locks: that of the page table. */
function mayReuse(page: Page): Op<boolean> {
  return page.kernel.profile.tracksAnonExclusive ? mayReuseExclusive(page) : mayReuseByCount(page);
}

/** The rule of kernels that go by the count alone. */
function* mayReuseByCount(page: Page): Op<boolean> {
  if ((yield* page.readRefCount()) !== 1 || !(yield* page.tryLock())) return false;
  const alone = (yield* readMapCount(page)) === 1 && (yield* page.readRefCount()) === 1;
  yield* page.unlock();
  return alone;
}

/** The rule of kernels that mark a page which only one process can map. */
function* mayReuseExclusive(page: Page): Op<boolean> {
  if (anonExclusive(page)) return true;
  const flags = yield* page.readFlags();
  if ((flags & PageFlag.lru) === 0) yield* page.kernel.lru.drain();
  const cached = (flags & PageFlag.swapCache) === 0 ? 0 : 1;
  if ((yield* page.readRefCount()) > 1 + cached || !(yield* page.tryLock())) return false;
  yield* freeSwap(page);
  const alone = (yield* page.readRefCount()) === 1;
  if (alone) yield* page.setFlags(ANON_EXCLUSIVE);
  yield* page.unlock();
  return alone;
}

/** @kernel mm/memory.c wp_page_copy */
function* copyOnWrite({ vma, vpn, unshare, table, seen }: Fault, old: Page | null): Op<number> {
  const anonVma = yield* anonVmaPrepare(vma);
  const page = yield* old === null ? allocZeroedUserPage(vma) : allocUserPage(vma);
  if (page === null) {
    if (old !== null) yield* old.put();
    return -Errno.ENOMEM;
  }
  if (old !== null) {
    yield* copyPage(page, old);
    yield* page.setFlags(PageFlag.uptodate);
  }
  const locked = (vma.flags & VmFlag.locked) !== 0;
  yield* table.lock.acquire();
  const replaced = samePte(table.peek(vpn), seen);
  if (replaced) {
    if (old === null) vma.mm.addRss(Rss.anon, 1);
    // Taken out before the new one goes in: no processor may write to one page while another still reads the other.
    yield* table.clear(vpn);
    yield* pageAddNewAnonRmap(page, vma, vpn, anonVma);
    yield* lruAddNew(page, locked);
    yield* table.set(vpn, presentPte(page.pfn, unshare ? PteBit.young : WRITABLE));
    if (old !== null) yield* pageRemoveRmap(old);
  }
  yield* table.lock.release();
  if (!replaced) yield* page.put();
  if (old === null) return 0;
  if (replaced) {
    if (locked) {
      yield* old.lock();
      yield* munlockPage(old);
      yield* old.unlock();
    }
    // With the entry's reference.
    yield* freePageAndSwapCache(old);
  }
  yield* old.put();
  return 0;
}
