import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { allocZeroedUserPage, lruAddNew } from './alloc-user-page.js';
import { anonVmaPrepare } from './anon-vma-prepare.js';
import type { Fault } from './fault-context.js';
import { Rss } from './mm.js';
import { presentPte, PteBit } from './pte.js';
import { pageAddNewAnonRmap } from './rmap.js';
import { VmFlag } from './vm-flag.js';

/**
 * The first access to a page of private anonymous memory: a read gets the zero page, a write a page of its own.
 *
 * @kernel mm/memory.c do_anonymous_page
 * @returns 0 or `-ENOMEM`.
 */
export function* anonymousFault({ vma, vpn, write, table }: Fault): Op<number> {
  if (!write) {
    yield* table.lock.acquire();
    if (table.peek(vpn) === 0) yield* table.set(vpn, presentPte(0, PteBit.zero | PteBit.young));
    yield* table.lock.release();
    return 0;
  }
  const anonVma = yield* anonVmaPrepare(vma);
  const page = yield* allocZeroedUserPage(vma);
  if (page === null) return -Errno.ENOMEM;
  yield* table.lock.acquire();
  const first = table.peek(vpn) === 0;
  if (first) {
    vma.mm.addRss(Rss.anon, 1);
    yield* pageAddNewAnonRmap(page, vma, vpn, anonVma);
    yield* lruAddNew(page, (vma.flags & VmFlag.locked) !== 0);
    const writable = (vma.flags & VmFlag.write) === 0 ? 0 : PteBit.write | PteBit.dirty;
    yield* table.set(vpn, presentPte(page.pfn, writable | PteBit.young));
  }
  yield* table.lock.release();
  // Somebody else was faster.
  if (!first) yield* page.put();
  return 0;
}
