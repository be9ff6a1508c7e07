import type { Page } from '@movable-pages/core';
import type { HandleCache } from './handle-cache.js';
import type { ZsHandle } from './handle.js';
import { placeIn, placeOf, readObject, WORD, writeObject } from './object-place.js';
import type { Zspage } from './zspage.js';

/** A free object holds the number of the next one, shifted over the tag that says that an object is in use. */
const TAG_BITS = 1;
/** The number after the last free object. */
const NO_OBJECT = -1;

/**
 * Chains all objects of a new zspage to its list of free ones.
 *
 * @kernel mm/zsmalloc.c init_zspage
 */
export function initObjects(zspage: Zspage): void {
  const { objsPerZspage } = zspage.sizeClass;
  for (let index = 0; index < objsPerZspage; index++) {
    const next = index + 1 < objsPerZspage ? index + 1 : NO_OBJECT;
    writeObject(placeOf(zspage, index), 0, next << TAG_BITS);
  }
}

/**
 * Takes the first free object of a zspage and writes down whose it is; gives its number. There must be one.
 *
 * Locks: `sizeClass.lock`.
 *
 * @kernel mm/zsmalloc.c obj_malloc
 */
export function objMalloc(zspage: Zspage, handle: ZsHandle): { readonly page: Page; readonly index: number } {
  const { sizeClass } = zspage;
  const index = zspage.freeobj;
  const place = placeOf(zspage, index);
  zspage.freeobj = readObject(place, 0) >> TAG_BITS;
  if (sizeClass.huge) place.page.index = handle.header;
  else writeObject(place, 0, handle.header);
  zspage.inuse++;
  sizeClass.stats.objsUsed++;
  return { page: place.page, index };
}

/**
 * Gives an object back to its zspage.
 *
 * Locks: `sizeClass.lock`, and the pin of its handle.
 *
 * @kernel mm/zsmalloc.c obj_free
 */
export function objFree(zspage: Zspage, page: Page, index: number): void {
  const { sizeClass } = zspage;
  writeObject(placeIn(zspage, page, index), 0, zspage.freeobj << TAG_BITS);
  if (sizeClass.huge) page.index = 0;
  zspage.freeobj = index;
  zspage.inuse--;
  sizeClass.stats.objsUsed--;
}

/**
 * The handle of an object, or null if it is free.
 *
 * Locks: `sizeClass.lock`.
 *
 * @kernel mm/zsmalloc.c obj_to_head
 */
export function objHandle(handles: HandleCache, zspage: Zspage, page: Page, index: number): ZsHandle | null {
  return handles.fromHeader(zspage.sizeClass.huge ? page.index : readObject(placeIn(zspage, page, index), 0));
}

/**
 * The numbers of the objects that begin in a page.
 *
 * Locks: as {@link Zspage.nextPage}.
 *
 * @kernel mm/zsmalloc.c get_first_obj_offset
 */
export function objectsIn(zspage: Zspage, page: Page): number[] {
  const { size, objsPerZspage } = zspage.sizeClass;
  const pageSize = zspage.kernel.contents.pageWords * WORD;
  const start = zspage.pages().indexOf(page) * pageSize;
  const numbers: number[] = [];
  for (let index = Math.ceil(start / size); index < objsPerZspage; index++) {
    if (index * size >= start + pageSize) break;
    numbers.push(index);
  }
  return numbers;
}
