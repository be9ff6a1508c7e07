import { shared, type Page } from '@movable-pages/core';

/** One page of the driver, by its number: where it is, and what the driver was told to do about it. */
export interface DriverPage {
  /** The frame it was given at first. */
  readonly firstPfn: number;
  /** Its frame now; null once that was freed. */
  frame: Page | null;
  /** The driver has a reference of its own on the frame. */
  owned: boolean;
  /** What `isolatePage` says. */
  accepts: boolean;
  /** What `migratePage` says, 0 or a negative error, for the next `times` calls; -1 = for ever. */
  error: number;
  times: number;
  /** Extra references, all on the frame that the page had at the first of them. */
  holds: number;
  heldFrame: Page | null;
}

/** A page that was just allocated. */
export function newDriverPage(frame: Page): DriverPage {
  return shared<DriverPage>({
    firstPfn: frame.pfn,
    frame,
    owned: true,
    accepts: true,
    error: 0,
    times: 0,
    holds: 0,
    heldFrame: null,
  });
}

/** The word that belongs at `index` of the contents of page `number`. */
function patternAt(number: number, index: number): number {
  return Math.imul(number * 8191 + index + 1, 0x9e3779b1) | 0;
}

/** Writes the pattern of a page all over its frame. Locks: whatever keeps others away from the contents. */
export function fillPage(frame: Page, number: number): void {
  const words = frame.kernel.contents.pageWords;
  for (let index = 0; index < words; index++) frame.writeWord(index, patternAt(number, index));
}

/** Whether a frame holds what page `number` should hold. Locks: as {@link fillPage}. */
export function holdsPattern(frame: Page, number: number): boolean {
  const words = frame.kernel.contents.pageWords;
  for (let index = 0; index < words; index++)
    if (frame.readWord(index) !== patternAt(number, index)) return false;
  return true;
}
