import { userRead, userWrite, type Op } from '@movable-pages/core';
import type { Process, Region } from './process.js';

/** The words of a page that are written and checked. */
function wordsOf(process: Process): readonly number[] {
  const { pageWords } = process.mm.kernel.contents;
  return [0, pageWords >> 1, pageWords - 1];
}

function patternAt(vpn: number, word: number): number {
  return Math.imul(vpn + 1, 0x9e3779b1) ^ word;
}

/** Has a process write its pattern into a page of a region. @returns Whether it could. */
export function* writePage(process: Process, region: Region, page: number): Op<boolean> {
  const vpn = region.start + page;
  for (const word of wordsOf(process))
    if (!(yield* userWrite(process.mm, vpn, word, patternAt(vpn, word)))) return false;
  region.written.add(page);
  return true;
}

/** How many of the written pages of a region do not hold their pattern. */
export function* wrongPages(process: Process, region: Region): Op<number> {
  let wrong = 0;
  for (const page of region.written) {
    const vpn = region.start + page;
    let right = true;
    for (const word of wordsOf(process))
      right &&= (yield* userRead(process.mm, vpn, word)) === patternAt(vpn, word);
    if (!right) wrong++;
  }
  return wrong;
}
