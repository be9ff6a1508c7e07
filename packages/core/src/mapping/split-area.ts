import type { Op } from '@movable-pages/machine';
import { anonVmaClone } from './anon-vma-prepare.js';
import type { Mm } from './mm.js';
import type { Vma } from './vma.js';

/**
 * Cuts an area in two at a page inside it; gives the later part. Both are in the reverse map all the time.
 *
 * Locks: `mmap_lock` for writing. May sleep.
 *
 * @kernel mm/mmap.c split_vma
 */
function* splitArea(vma: Vma, at: number): Op<Vma> {
  const { mm } = vma;
  const later = mm.kernel.mms.createVma(mm, at, vma.end, vma.pgoff + at - vma.start, vma.flags, vma.object);
  const anonVma = vma.anonVma;
  if (anonVma !== null) yield* later.setAnonVma(anonVma);
  yield* anonVmaClone(later, vma);
  const root = vma.chains[0];
  if (root !== undefined) yield* root.lock.writeAcquire();
  if (vma.object !== null) {
    yield* vma.object.areasLock.writeAcquire();
    vma.object.link(later);
  }
  vma.setBounds(vma.start, at);
  if (vma.object !== null) yield* vma.object.areasLock.writeRelease();
  if (root !== undefined) yield* root.lock.writeRelease();
  mm.insert(later);
  return later;
}

/**
 * The areas of a range, cut so that they lie inside it.
 *
 * Locks: `mmap_lock` for writing. May sleep.
 *
 * @returns Null if part of the range is no area and `holes` is false.
 */
export function* areasIn(mm: Mm, start: number, end: number, holes: boolean): Op<Vma[] | null> {
  if (start >= end) return [];
  if (!holes) {
    for (let at = start; at < end;) {
      const vma = mm.find(at);
      if (vma === null) return null;
      at = vma.end;
    }
  }
  const inside: Vma[] = [];
  const touched = mm.vmas.filter((vma) => vma.end > start && vma.start < end);
  for (const vma of touched) {
    const first = vma.start < start ? yield* splitArea(vma, start) : vma;
    if (first.end > end) yield* splitArea(first, end);
    inside.push(first);
  }
  return inside;
}
