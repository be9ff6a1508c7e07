import type { Page } from '@movable-pages/core';

/**
 * The header at the start of a page, word by word, and the three objects behind it. It is in the page itself, so that
 * copying the page copies it too, and whoever uses it after the page was freed is seen.
 *
 * @kernel mm/z3fold.c struct z3fold_header
 */
export const HeaderWord = {
  /** Who needs the page: one for each object, for an isolation, for work that is queued. */
  refCount: 0,
  /** Bits of {@link State}, and which objects are there. */
  state: 1,
  /** Users that have an object of it mapped. */
  mappedCount: 2,
  /** The frame whose lock and work item the header has in it. */
  embedded: 3,
  /** The first of three objects. */
  objects: 4,
} as const;

/** State bits of a page. @kernel mm/z3fold.c enum z3fold_page_flags */
export const State = {
  /** About to be freed. */
  stale: 1,
  /** Isolated by the VM. */
  claimed: 2,
  /** Queued for compaction. */
  needsCompacting: 4,
  /** Its objects are on another page. */
  migrated: 8,
} as const;

/** The places for objects: first, middle and last. */
export const BUDDIES = 3;
const OBJECT_SHIFT = 4;

/** Whether a state bit is set. Locks: the page's header lock. */
export function has(page: Page, bit: number): boolean {
  return (page.readWord(HeaderWord.state) & bit) !== 0;
}

/** Sets a state bit. Locks: the page's header lock. */
export function set(page: Page, bit: number): void {
  page.writeWord(HeaderWord.state, page.readWord(HeaderWord.state) | bit);
}

/** Clears a state bit. Locks: the page's header lock. */
export function clear(page: Page, bit: number): void {
  page.writeWord(HeaderWord.state, page.readWord(HeaderWord.state) & ~bit);
}

/** Adds to a counting word and gives what it is then. Locks: the page's header lock. */
export function add(page: Page, word: number, delta: number): number {
  const value = page.readWord(word) + delta;
  page.writeWord(word, value);
  return value;
}

/** The state bit of an object. */
export function objectBit(buddy: number): number {
  return 1 << (OBJECT_SHIFT + buddy);
}

/** A place without an object, or -1. Locks: the page's header lock. */
export function freeBuddy(page: Page): number {
  for (let buddy = 0; buddy < BUDDIES; buddy++) if (!has(page, objectBit(buddy))) return buddy;
  return -1;
}

/** The places that have an object. Locks: the page's header lock. */
export function objectsOf(page: Page): number[] {
  const found: number[] = [];
  for (let buddy = 0; buddy < BUDDIES; buddy++) if (has(page, objectBit(buddy))) found.push(buddy);
  return found;
}

/** Writes the header of a new page. */
export function initHeader(page: Page): void {
  page.writeWord(HeaderWord.refCount, 0);
  page.writeWord(HeaderWord.state, 0);
  page.writeWord(HeaderWord.mappedCount, 0);
  page.writeWord(HeaderWord.embedded, page.pfn);
}
