import type { Op } from '@movable-pages/machine';
import type { AnonVma } from './anon-vma.js';
import type { Vma } from './vma.js';

/**
 * Gives an area an anon_vma if it has none, before the first anonymous page in it. Two faults may try at once: the lock of
 * the new one and the look under it decide.
 *
 * Locks: `mmap_lock`, for reading at least. May sleep.
 *
 * @kernel mm/rmap.c anon_vma_prepare
 */
export function* anonVmaPrepare(vma: Vma): Op<AnonVma> {
  const known = yield* vma.readAnonVma();
  if (known !== null) return known;
  const { mms } = vma.mm.kernel;
  const made = mms.createAnonVma(null);
  yield* made.lock.writeAcquire();
  yield* vma.mm.anonLock.acquire();
  const meanwhile = vma.anonVma;
  if (meanwhile === null) {
    made.link(vma);
    yield* vma.setAnonVma(made);
  }
  yield* vma.mm.anonLock.release();
  yield* made.lock.writeRelease();
  if (meanwhile === null) return made;
  yield* made.put();
  return meanwhile;
}

/**
 * Puts `vma` into every chain that `source` is in: a piece of it, a copy of it, or the same area of a child.
 *
 * Locks: `mmap_lock` for writing. May sleep.
 *
 * @kernel mm/rmap.c anon_vma_clone
 */
export function* anonVmaClone(vma: Vma, source: Vma): Op<void> {
  const root = source.chains[0];
  if (root === undefined) return;
  yield* root.lock.writeAcquire();
  for (const anonVma of source.chains) anonVma.link(vma);
  yield* root.lock.writeRelease();
}

/**
 * Gives the area of a child the chains of its parent's and an anon_vma of its own, for pages that the child makes.
 *
 * Locks: both `mmap_lock`s for writing. May sleep.
 *
 * @kernel mm/rmap.c anon_vma_fork
 */
export function* anonVmaFork(vma: Vma, parent: Vma): Op<void> {
  const { anonVma } = parent;
  if (anonVma === null) return;
  yield* anonVmaClone(vma, parent);
  const { root } = anonVma;
  // Cannot fail: the parent's area keeps the root alive.
  yield* root.tryGet();
  const own = vma.mm.kernel.mms.createAnonVma(root);
  yield* own.lock.writeAcquire();
  own.link(vma);
  yield* vma.setAnonVma(own);
  yield* own.lock.writeRelease();
}

/**
 * Takes an area that maps nothing any more out of its chains; an anon_vma without areas is put.
 *
 * Locks: `mmap_lock` for writing. May sleep.
 *
 * @kernel mm/rmap.c unlink_anon_vmas
 */
export function* unlinkAnonVmas(vma: Vma): Op<void> {
  const { chains } = vma;
  const first = chains[0];
  if (first === undefined) return;
  yield* first.lock.writeAcquire();
  const empty: AnonVma[] = [];
  for (const anonVma of chains) {
    anonVma.unlink(vma);
    if (anonVma.chain.length === 0) empty.push(anonVma);
  }
  yield* first.lock.writeRelease();
  for (const anonVma of empty) yield* anonVma.put();
}
