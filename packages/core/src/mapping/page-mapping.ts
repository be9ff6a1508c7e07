import { OpKind, type Op } from '@movable-pages/machine';
import { PageWord } from '../memory/frame-table.js';
import { MappingTag, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import type { AddressSpace } from './address-space.js';
import type { AnonVma } from './anon-vma.js';

/** The mapping word as it is. Locks: the page lock, or for reports. */
export function mappingWord(page: Page): number {
  return page.kernel.frames.peek(page.pfn, PageWord.mapping);
}

/** Writes the mapping word. */
export function storeMappingWord(page: Page, word: number): Op<void> {
  const { machine, frames } = page.kernel;
  return machine.makeOp(OpKind.store, frames.location(page.pfn, PageWord.mapping), word, 0);
}

/** The mapping word of a page of a page cache. */
export function cacheMappingWord(mapping: AddressSpace): number {
  return mapping.id << 2;
}

/** The mapping word of an anonymous page. */
export function anonMappingWord(anonVma: AnonVma): number {
  return (anonVma.id << 2) | MappingTag.anon;
}

/**
 * Whether a page is anonymous. Locks: the page lock, or that of a page table that maps it.
 *
 * @kernel include/linux/page-flags.h PageAnon
 */
export function pageAnon(page: Page): boolean {
  return (mappingWord(page) & MappingTag.anon) !== 0;
}

/** The anon_vma that a page names, or null. Locks: the page lock, or that of a page table that maps it. */
export function anonVmaOf(page: Page): AnonVma | null {
  const word = mappingWord(page);
  return (word & MappingTag.mask) === MappingTag.anon ? page.kernel.mms.anonVma(word >> 2) : null;
}

/**
 * The page cache that a page is in, or null: the swap cache for a page that is in it, nothing for another anonymous page
 * or a driver's. Locks: the page lock.
 *
 * @kernel mm/util.c page_mapping
 */
export function cacheOf(page: Page): AddressSpace | null {
  const flags = page.peekFlags();
  if ((flags & PageFlag.slab) !== 0) return null;
  if ((flags & PageFlag.swapCache) !== 0) return page.kernel.swap?.cache ?? null;
  const word = mappingWord(page);
  return (word & MappingTag.mask) === MappingTag.none ? page.kernel.mms.addressSpace(word >> 2) : null;
}

/** Where a page lies in its page cache. @kernel include/linux/pagemap.h page_index */
export function cacheIndexOf(page: Page): number {
  const swapped = (page.peekFlags() & PageFlag.swapCache) !== 0;
  return page.kernel.frames.peek(page.pfn, swapped ? PageWord.private : PageWord.index);
}

/**
 * Whether an isolated page came from the LRU, and not from a driver. No step of its own: as long as a page is isolated the
 * tag of a driver stays, and no other page gets it.
 */
export function isLruPage(page: Page): boolean {
  return (mappingWord(page) & MappingTag.mask) !== MappingTag.movable;
}
