import type { Machine } from '@movable-pages/machine';
import { PageWord, type FrameTable } from './frame-table.js';

/** Words of a list: how many, first, last. */
export const FREE_LIST_WORDS = 3;

/**
 * A list of free single pages, in the order in which they came. Everything here belongs into a step on the list's first
 * word, which is what its lock makes atomic in the kernel.
 *
 * @kernel include/linux/mmzone.h struct per_cpu_pages
 * @since 0.1.0
 */
export class FreeList {
  /** Location of its words; the first is the one to step on. */
  readonly at: number;

  constructor(
    private readonly machine: Machine,
    private readonly frames: FrameTable,
    name: string,
  ) {
    this.at = machine.allocateWords(
      FREE_LIST_WORDS,
      (word) => `${name} ${['free pages', 'first', 'last'][word]}`,
    );
  }

  /** How many pages are on it, as it is. */
  get length(): number {
    return this.machine.words[this.at]!;
  }

  /** Puts a page at the end. */
  push(pfn: number): void {
    const { words } = this.machine;
    const { frames, at } = this;
    const last = words[at + 2]!;
    frames.poke(pfn, PageWord.lruNext, 0);
    if (last === 0) words[at + 1] = pfn + 1;
    else frames.poke(last - 1, PageWord.lruNext, pfn + 1);
    words[at + 2] = pfn + 1;
    words[at] = words[at]! + 1;
  }

  /** Takes the first page off, or gives -1. */
  pop(): number {
    const { words } = this.machine;
    const { frames, at } = this;
    const first = words[at + 1]!;
    if (first === 0) return -1;
    const next = frames.peek(first - 1, PageWord.lruNext);
    words[at + 1] = next;
    if (next === 0) words[at + 2] = 0;
    words[at] = words[at]! - 1;
    return first - 1;
  }

  /** The pages on it, first to last, as they are. For reports and assertions. */
  *pfns(): Generator<number, void> {
    for (let at = this.machine.words[this.at + 1]!; at !== 0; at = this.frames.peek(at - 1, PageWord.lruNext))
      yield at - 1;
  }
}
