import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { anonymousFault } from './anonymous-fault.js';
import type { Fault } from './fault-context.js';
import type { Mm } from './mm.js';
import { notPresentFault } from './not-present-fault.js';
import { PteBit, ptePresent, samePte } from './pte.js';
import { sharedFault } from './shared-fault.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';
import { writeProtectFault } from './write-protect-fault.js';

/**
 * Handles a page fault of a process: makes the page present, or waits until it may be. The processor then tries again. May
 * sleep.
 *
 * @kernel arch/x86/mm/fault.c do_user_addr_fault
 * @returns 0, `-EFAULT` (no such area, or it allows no such access), `-ENOMEM`.
 */
export function* handleFault(mm: Mm, vpn: number, write: boolean): Op<number> {
  yield* mm.mmapLock.readAcquire();
  const vma = mm.find(vpn);
  const rc = vma === null || !allows(vma, write) ? -Errno.EFAULT : yield* handleMmFault(vma, vpn, write);
  yield* mm.mmapLock.readRelease();
  return rc;
}

/** Whether an area allows an access. Locks: `mmap_lock`. @kernel arch/x86/mm/fault.c access_error */
export function allows(vma: Vma, write: boolean): boolean {
  return (vma.flags & (write ? VmFlag.write : VmFlag.read | VmFlag.write)) !== 0;
}

/**
 * Handles a fault in an area that allows the access. May sleep.
 *
 * Locks: `mmap_lock` for reading.
 *
 * @param unshare A read by somebody who keeps the page: it is made one that no other process has.
 * @kernel mm/memory.c handle_mm_fault
 * @returns 0 (try again) or `-ENOMEM`.
 */
export function* handleMmFault(vma: Vma, vpn: number, write: boolean, unshare = false): Op<number> {
  const table = yield* vma.mm.makeTable(vpn);
  const seen = yield* table.load(vpn);
  const fault: Fault = { vma, vpn, write, unshare, table, seen };
  if (seen === 0) return yield* vma.object === null ? anonymousFault(fault) : sharedFault(fault, vma.object);
  if (!ptePresent(seen)) return yield* notPresentFault(fault);
  yield* table.lock.acquire();
  if (samePte(table.peek(vpn), seen)) {
    if ((write || unshare) && (seen & PteBit.write) === 0) return yield* writeProtectFault(fault);
    yield* table.setBits(vpn, PteBit.young | (write ? PteBit.dirty : 0));
  }
  yield* table.lock.release();
  return 0;
}
