import { MayBlock, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { AddressSpace } from './address-space.js';
import { unlinkAnonVmas } from './anon-vma-prepare.js';
import { checkRange } from './check-range.js';
import type { Mm } from './mm.js';
import { munlockRange } from './munlock-range.js';
import { truncatePages } from './shared-memory.js';
import { areasIn } from './split-area.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';
import { zapRange } from './zap.js';

/**
 * Takes a range out of the address space of a process. May sleep.
 *
 * @kernel mm/mmap.c do_munmap
 * @returns 0, or `-EINVAL`: no pages.
 * @throws MachineError `MP_PARAMETER`: numbers that are no range.
 * @since 0.1.0
 */
export function* munmap(mm: Mm, start: number, pages: number): Op<number> {
  checkRange(mm, start, pages);
  if (pages === 0) return -Errno.EINVAL;
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'munmap', MayBlock.yes);
  yield* mm.mmapLock.writeAcquire();
  yield* unmapAreas(mm, (yield* areasIn(mm, start, start + pages, true))!);
  yield* mm.mmapLock.writeRelease();
  machine.leaveScope();
  return 0;
}

/**
 * Ends the address space of a process: nobody runs in it any more. May sleep.
 *
 * @kernel mm/mmap.c exit_mmap
 * @since 0.1.0
 */
export function* exitMm(mm: Mm): Op<void> {
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'exit', MayBlock.yes);
  yield* mm.mmapLock.writeAcquire();
  yield* unmapAreas(mm, [...mm.vmas]);
  yield* mm.mmapLock.writeRelease();
  mm.releaseTables();
  mm.kernel.mms.removeMm(mm);
  machine.leaveScope();
}

/** Unmaps whole areas and takes them out. Locks: `mmap_lock` for writing. @kernel mm/mmap.c unmap_region */
export function* unmapAreas(mm: Mm, areas: readonly Vma[]): Op<void> {
  for (const vma of areas) {
    if ((vma.flags & VmFlag.locked) !== 0) yield* munlockRange(vma, vma.start, vma.end);
    mm.remove(vma);
  }
  for (const vma of areas) yield* zapRange(vma, vma.start, vma.end);
  for (const vma of areas) {
    yield* unlinkAnonVmas(vma);
    if (vma.object !== null) yield* unlinkObject(vma.object, vma);
  }
}

/** Takes an area out of those that map an object; the last one takes the pages along. */
function* unlinkObject(object: AddressSpace, vma: Vma): Op<void> {
  yield* object.areasLock.writeAcquire();
  object.unlink(vma);
  const last = object.chain.length === 0;
  yield* object.areasLock.writeRelease();
  if (last) yield* truncatePages(object);
}
