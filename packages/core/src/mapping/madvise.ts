import { MayBlock, type Op } from '@movable-pages/machine';
import { checkRange } from './check-range.js';
import type { Mm } from './mm.js';
import { zapRange } from './zap.js';

/**
 * Lets go of the pages of a range and keeps its areas: what is touched there next is new. May sleep.
 *
 * @kernel mm/madvise.c madvise_dontneed_single_vma
 * @throws MachineError `MP_PARAMETER`: numbers that are no range.
 * @since 0.1.0
 */
export function* madviseDontNeed(mm: Mm, start: number, pages: number): Op<void> {
  checkRange(mm, start, pages);
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'madvise', MayBlock.yes);
  yield* mm.mmapLock.readAcquire();
  for (const vma of mm.vmas) {
    const from = Math.max(start, vma.start);
    const to = Math.min(start + pages, vma.end);
    if (from < to) yield* zapRange(vma, from, to);
  }
  yield* mm.mmapLock.readRelease();
  machine.leaveScope();
}
