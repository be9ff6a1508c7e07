import type { Page } from '@movable-pages/core';

/** The word that belongs at `index` of the contents of page `number`. */
function patternAt(number: number, index: number): number {
  return Math.imul(number * 8191 + index + 1, 0x9e3779b1) | 0;
}

/** Writes the pattern of a page all over its frame. Locks: whatever keeps others away from the contents. */
export function writePattern(frame: Page, number: number): void {
  const words = frame.kernel.contents.pageWords;
  for (let index = 0; index < words; index++) frame.writeWord(index, patternAt(number, index));
}

/** Whether a frame holds what page `number` should hold. Locks: as {@link writePattern}. */
export function hasPattern(frame: Page, number: number): boolean {
  const words = frame.kernel.contents.pageWords;
  for (let index = 0; index < words; index++)
    if (frame.readWord(index) !== patternAt(number, index)) return false;
  return true;
}
