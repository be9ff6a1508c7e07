import type { Machine } from '@movable-pages/machine';

/** Word offsets inside a page frame: the kernel's `struct page`, half as large. @since 0.1.0 */
export const PageWord = {
  flags: 0,
  refCount: 1,
  mapCount: 2,
  mapping: 3,
  index: 4,
  lruNext: 5,
  lruPrev: 6,
  private: 7,
} as const;

/** Words of one page frame. */
export const FRAME_WORDS = 8;

const WORD_NAMES = Object.keys(PageWord);

/**
 * The page frames: eight words each, in the machine's heap. Bulk code works on page frame numbers and words.
 *
 * @kernel include/linux/mm_types.h struct page
 * @since 0.1.0
 */
export class FrameTable {
  /** Location of the first word of frame 0. */
  readonly base: number;

  constructor(
    private readonly machine: Machine,
    readonly count: number,
    /** Leave the map counts of frames that were never allocated alone: 16 GiB of memory have four million. */
    lazily: boolean,
  ) {
    this.base = machine.allocateWords(
      count * FRAME_WORDS,
      (offset) => `page ${Math.floor(offset / FRAME_WORDS)} ${WORD_NAMES[offset % FRAME_WORDS]}`,
    );
    if (lazily) return;
    const words = machine.words;
    for (let at = this.base + PageWord.mapCount; at < this.base + count * FRAME_WORDS; at += FRAME_WORDS)
      words[at] = -1;
  }

  /** Location of a word of a frame. */
  location(pfn: number, word: number): number {
    return this.base + pfn * FRAME_WORDS + word;
  }

  /** The page frame number of a location in the table, or -1. */
  pfnOf(location: number): number {
    const offset = location - this.base;
    return offset >= 0 && offset < this.count * FRAME_WORDS ? Math.floor(offset / FRAME_WORDS) : -1;
  }

  /** A word as it is: for the VM's own bookkeeping inside a step, and for reports. Neither tracked nor an operation. */
  peek(pfn: number, word: number): number {
    return this.machine.words[this.base + pfn * FRAME_WORDS + word]!;
  }

  /** Writes a word inside a step of the VM. Neither tracked nor an operation. */
  poke(pfn: number, word: number, value: number): void {
    this.machine.words[this.base + pfn * FRAME_WORDS + word] = value;
  }
}
