import { MayBlock, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { anonVmaClone } from './anon-vma-prepare.js';
import { checkRange } from './check-range.js';
import { linkObject } from './mmap.js';
import type { Mm } from './mm.js';
import { unmapAreas } from './munmap.js';
import { areasIn } from './split-area.js';
import type { Vma } from './vma.js';

/**
 * Moves a range of one area to another place, with everything in it: present pages, swap and migration entries. May sleep.
 *
 * @kernel mm/mremap.c move_vma
 * @returns The first page, or `-EINVAL` (no pages), `-EFAULT` (the range is not one area), `-EEXIST` (the target is in use).
 * @throws MachineError `MP_PARAMETER`: numbers that are no range.
 * @since 0.1.0
 */
export function* mremap(mm: Mm, start: number, pages: number, target: number): Op<number> {
  checkRange(mm, start, pages);
  checkRange(mm, target, pages);
  if (pages === 0) return -Errno.EINVAL;
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'mremap', MayBlock.yes);
  yield* mm.mmapLock.writeAcquire();
  const rc = yield* moveArea(mm, start, pages, target);
  yield* mm.mmapLock.writeRelease();
  machine.leaveScope();
  return rc;
}

function* moveArea(mm: Mm, start: number, pages: number, target: number): Op<number> {
  const whole = mm.find(start);
  if (whole === null || whole.end < start + pages) return -Errno.EFAULT;
  if (!mm.vmas.every((vma) => vma.end <= target || vma.start >= target + pages)) return -Errno.EEXIST;
  const [old] = (yield* areasIn(mm, start, start + pages, false))!;
  const moved = yield* copyArea(old!, target);
  yield* moveEntries(old!, moved);
  yield* unmapAreas(mm, [old!]);
  return target;
}

/**
 * The same area at another place, behind the old one in the reverse map: a walk that missed an entry at the old place
 * finds it at the new one.
 *
 * @kernel mm/mmap.c copy_vma
 */
function* copyArea(old: Vma, target: number): Op<Vma> {
  const { mm } = old;
  const end = target + old.end - old.start;
  const moved = mm.kernel.mms.createVma(mm, target, end, old.pgoff, old.flags, old.object);
  const anonVma = old.anonVma;
  if (anonVma !== null) yield* moved.setAnonVma(anonVma);
  yield* anonVmaClone(moved, old);
  if (old.object !== null) yield* linkObject(old.object, moved);
  mm.insert(moved);
  return moved;
}

/** Locks: `mmap_lock` for writing. @kernel mm/mremap.c move_ptes */
function* moveEntries(old: Vma, moved: Vma): Op<void> {
  const { mm } = old;
  for (let vpn = old.start, at = moved.start; vpn < old.end; vpn++, at++) {
    const from = yield* mm.table(vpn);
    if (from === null) continue;
    const to = yield* mm.makeTable(at);
    yield* from.lock.acquire();
    // Of two tables the locks are nested; `mmap_lock` lets only one do this at a time.
    if (to !== from) yield* to.lock.acquireNested(1);
    if (from.peek(vpn) !== 0) yield* to.set(at, yield* from.clear(vpn));
    if (to !== from) yield* to.lock.release();
    yield* from.lock.release();
  }
}
