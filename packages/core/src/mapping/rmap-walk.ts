import type { Op } from '@movable-pages/machine';
import { PageWord } from '../memory/frame-table.js';
import type { Page } from '../memory/page.js';
import { anonVmaOf, cacheMappingWord, mappingWord } from './page-mapping.js';
import type { Vma } from './vma.js';

/** Called for each area in which a page may be mapped, with the page's place in it; false ends the walk. */
export type RmapVisitor = (vma: Vma, vpn: number) => Op<boolean>;

/**
 * Visits the areas in which a page may be mapped: those of its anon_vma or of its page cache that cover its index, in the
 * order in which they came. Takes the lock of the reverse map for reading; may sleep on it.
 *
 * Locks: the page lock.
 *
 * @kernel mm/rmap.c rmap_walk
 */
export function* rmapWalk(page: Page, visit: RmapVisitor): Op<void> {
  const index = page.kernel.frames.peek(page.pfn, PageWord.index);
  const anonVma = anonVmaOf(page);
  if (anonVma !== null) {
    yield* anonVma.lock.readAcquire();
    yield* visitAll(anonVma.chain, index, visit);
    yield* anonVma.lock.readRelease();
    return;
  }
  const word = mappingWord(page);
  const mapping = page.kernel.mms.addressSpace(word >> 2);
  if (mapping === null || word !== cacheMappingWord(mapping)) return;
  yield* mapping.areasLock.readAcquire();
  yield* visitAll(mapping.chain, index, visit);
  yield* mapping.areasLock.readRelease();
}

function* visitAll(areas: readonly Vma[], index: number, visit: RmapVisitor): Op<void> {
  for (const vma of areas) {
    const vpn = vma.pageOf(index);
    if (vpn >= 0 && !(yield* visit(vma, vpn))) return;
  }
}
