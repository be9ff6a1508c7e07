import type { Page } from '@movable-pages/core';
import type { Zspage } from './zspage.js';

/** Bytes of a word of a page's contents. */
export const WORD = 4;

/**
 * Where an object lies: from a word of one page on, and perhaps into the next. Good for as long as its pages stay.
 *
 * @kernel mm/zsmalloc.c obj_to_location
 */
export interface ObjectPlace {
  readonly page: Page;
  /** The word of `page` at which it begins. */
  readonly word: number;
  /** The page in which it ends; null if it is the same. */
  readonly next: Page | null;
}

/** The place of an object of which the page is known in which it begins. Locks: as {@link Zspage.nextPage}. */
export function placeIn(zspage: Zspage, page: Page, index: number): ObjectPlace {
  const { size } = zspage.sizeClass;
  const { pageWords } = page.kernel.contents;
  const word = ((index * size) / WORD) % pageWords;
  return { page, word, next: word + size / WORD > pageWords ? zspage.nextPage(page) : null };
}

/** The place of an object by its number. Locks: as {@link Zspage.nextPage}. */
export function placeOf(zspage: Zspage, index: number): ObjectPlace {
  const { pageWords } = zspage.kernel.contents;
  let page = zspage.firstPage;
  for (let left = Math.floor((index * zspage.sizeClass.size) / WORD / pageWords); left > 0; left--)
    page = zspage.nextPage(page)!;
  return placeIn(zspage, page, index);
}

/** Reads a word of an object: a plain access. */
export function readObject({ page, word, next }: ObjectPlace, at: number): number {
  const { pageWords } = page.kernel.contents;
  return word + at < pageWords ? page.readWord(word + at) : next!.readWord(word + at - pageWords);
}

/** Writes a word of an object: a plain access. */
export function writeObject({ page, word, next }: ObjectPlace, at: number, value: number): void {
  const { pageWords } = page.kernel.contents;
  if (word + at < pageWords) page.writeWord(word + at, value);
  else next!.writeWord(word + at - pageWords, value);
}
