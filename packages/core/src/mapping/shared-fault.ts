import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import type { AddressSpace } from './address-space.js';
import { allocZeroedUserPage } from './alloc-user-page.js';
import type { Fault } from './fault-context.js';
import { mlockPage } from './mlock-page.js';
import { Rss } from './mm.js';
import { addToPageCache, findLockPage } from './page-cache.js';
import { presentPte, PteBit } from './pte.js';
import { addToMapCount } from './rmap.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';

/**
 * The first access of a process to a page of shared memory: finds the page in the object, or makes it.
 *
 * @kernel mm/memory.c do_shared_fault, mm/shmem.c shmem_fault
 * @returns 0 or `-ENOMEM`.
 */
export function* sharedFault({ vma, vpn, write, table }: Fault, object: AddressSpace): Op<number> {
  const page = yield* findOrMake(vma, object, vma.indexOf(vpn));
  if (page === null) return -Errno.ENOMEM;
  // The page is locked: it is not in migration, and stays in the object.
  if (write) yield* page.setFlags(PageFlag.dirty);
  yield* table.lock.acquire();
  const first = table.peek(vpn) === 0;
  if (first) {
    vma.mm.addRss(Rss.shmem, 1);
    yield* addToMapCount(page, 1);
    const writable = (vma.flags & VmFlag.write) === 0 ? 0 : PteBit.write | (write ? PteBit.dirty : 0);
    yield* table.set(vpn, presentPte(page.pfn, writable | PteBit.young));
  }
  yield* table.lock.release();
  if (first && (vma.flags & VmFlag.locked) !== 0) yield* mlockPage(page);
  yield* page.unlock();
  // The reference of the look-up becomes that of the entry.
  if (!first) yield* page.put();
  return 0;
}

/** The page of an index, locked and with a reference. @kernel mm/shmem.c shmem_getpage_gfp */
function* findOrMake(vma: Vma, object: AddressSpace, index: number): Op<Page | null> {
  for (;;) {
    const known = yield* findLockPage(object, index);
    if (known !== null) return known;
    const page = yield* allocZeroedUserPage(vma);
    if (page === null) return null;
    yield* page.lock();
    yield* page.setFlags(PageFlag.swapBacked);
    if ((yield* addToPageCache(page, object, index)) === 0) {
      yield* page.kernel.lru.cacheAdd(page);
      return page;
    }
    yield* page.unlock();
    yield* page.put();
  }
}
