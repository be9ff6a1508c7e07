import { OpKind, type Op } from '@movable-pages/machine';
import { PageWord } from '../memory/frame-table.js';
import { ANON_EXCLUSIVE, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import type { AnonVma } from './anon-vma.js';
import { clearPageMlock } from './mlock-page.js';
import { anonMappingWord, pageAnon, storeMappingWord } from './page-mapping.js';
import type { Vma } from './vma.js';

/** How many page-table entries map a page, as it is. @kernel include/linux/mm.h page_mapcount */
export function peekMapCount(page: Page): number {
  return page.kernel.frames.peek(page.pfn, PageWord.mapCount) + 1;
}

/** Reads how many page-table entries map a page. */
export function* readMapCount(page: Page): Op<number> {
  const { machine, frames } = page.kernel;
  const at = frames.location(page.pfn, PageWord.mapCount);
  return (yield* machine.makeOp(OpKind.load, at, 0, 0) as Op<number>) + 1;
}

/** Counts one more mapping, or one less; gives how many there were. Locks: that of the page table. */
export function* addToMapCount(page: Page, delta: number): Op<number> {
  const { machine, frames } = page.kernel;
  const at = frames.location(page.pfn, PageWord.mapCount);
  return (yield* machine.makeOp(OpKind.fetchAdd, at, delta, 0) as Op<number>) + 1;
}

/**
 * Makes a page that nobody knows of an anonymous page of an area, mapped once.
 *
 * Locks: that of the page table.
 *
 * @kernel mm/rmap.c page_add_new_anon_rmap
 */
export function* pageAddNewAnonRmap(page: Page, vma: Vma, vpn: number, anonVma: AnonVma): Op<void> {
  const { machine, frames } = page.kernel;
  frames.poke(page.pfn, PageWord.index, vma.indexOf(vpn));
  yield* page.setFlags(PageFlag.swapBacked | (page.kernel.profile.tracksAnonExclusive ? ANON_EXCLUSIVE : 0));
  yield* machine.makeOp(OpKind.store, frames.location(page.pfn, PageWord.mapCount), 0, 0);
  yield* storeMappingWord(page, anonMappingWord(anonVma));
}

/**
 * Counts a mapping of an anonymous page that has its mapping word already, as a swap-in and the end of a migration do.
 *
 * Locks: that of the page table, and the page lock.
 *
 * @param exclusive Whether nobody else can map it (kept where the profile does).
 * @kernel mm/rmap.c page_add_anon_rmap
 */
export function* pageAddAnonRmap(page: Page, exclusive: boolean): Op<void> {
  yield* addToMapCount(page, 1);
  if (exclusive && page.kernel.profile.tracksAnonExclusive) yield* page.setFlags(ANON_EXCLUSIVE);
}

/**
 * Counts one mapping less; gives whether it was the last. That one ends what only mappings decide. The caller drops the
 * entry's reference.
 *
 * Locks: that of the page table.
 *
 * @kernel mm/rmap.c page_remove_rmap
 */
export function* pageRemoveRmap(page: Page): Op<boolean> {
  const last = (yield* addToMapCount(page, -1)) === 1;
  if (last && ((yield* page.readFlags()) & PageFlag.mlocked) !== 0) yield* clearPageMlock(page);
  return last;
}

/** Whether only one process can map an anonymous page, as far as the profile keeps that. */
export function anonExclusive(page: Page): boolean {
  return pageAnon(page) && (page.peekFlags() & ANON_EXCLUSIVE) !== 0;
}
