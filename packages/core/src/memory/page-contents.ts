import type { Machine, Restorable } from '@movable-pages/machine';

/** Frames whose contents are allocated together, at most. */
const BLOCK = 512;
/**
 * What a free page is filled with if accesses are tracked, from the start too: neither stale contents nor the zeros of a page
 * that was never used pass for good ones.
 *
 * @kernel include/linux/poison.h PAGE_POISON
 */
const POISON = 0xaaaaaaaa | 0;

/**
 * The bytes of the pages, as 32-bit words, allocated by block when first touched. A plain access to a word of a page is
 * tracked like any other plain access.
 *
 * @since 0.1.0
 */
export class PageContents implements Restorable {
  private readonly blocks = new Map<number, Int32Array>();
  private initial = new Map<number, Int32Array>();
  private readonly touched = new Set<number>();
  private readonly base: number;
  /** Frames of one block. */
  private readonly perBlock: number;

  constructor(
    private readonly machine: Machine,
    frames: number,
    /** 32-bit words of a page. */
    readonly pageWords: number,
  ) {
    this.perBlock = Math.max(1, Math.min(BLOCK, frames));
    this.base = machine.tracked
      ? machine.heap.reserveNamed(
          frames * pageWords,
          (offset) => `page ${Math.floor(offset / pageWords)} content[${offset % pageWords}]`,
          (offset) => this.peek(Math.floor(offset / pageWords), offset % pageWords),
        )
      : -1;
    if (machine.tracked) machine.addRestorable(this);
  }

  /** Plain read of a word of a page. */
  read(pfn: number, index: number): number {
    if (this.base >= 0) this.machine.access(this.base + pfn * this.pageWords + index, false);
    return this.block(pfn)[(pfn % this.perBlock) * this.pageWords + index]!;
  }

  /** Plain write of a word of a page. */
  write(pfn: number, index: number, value: number): void {
    if (this.base >= 0) this.machine.access(this.base + pfn * this.pageWords + index, true);
    this.block(pfn)[(pfn % this.perBlock) * this.pageWords + index] = value;
  }

  /** A word as it is, for reports. Not tracked. */
  peek(pfn: number, index: number): number {
    const block = this.blocks.get(Math.floor(pfn / this.perBlock));
    return block?.[(pfn % this.perBlock) * this.pageWords + index] ?? this.untouched;
  }

  /** Copies words `from` up to `to` of a page, each a plain access if accesses are tracked. */
  copy(target: number, source: number, from: number, to: number): void {
    if (this.base >= 0) {
      for (let index = from; index < to; index++) this.write(target, index, this.read(source, index));
      return;
    }
    const start = (source % this.perBlock) * this.pageWords;
    this.block(target).set(
      this.block(source).subarray(start + from, start + to),
      (target % this.perBlock) * this.pageWords + from,
    );
  }

  /** Fills a page with zeros, each word a plain write if accesses are tracked. */
  zero(pfn: number): void {
    if (this.base >= 0) {
      const first = this.base + pfn * this.pageWords;
      for (let at = first; at < first + this.pageWords; at++) this.machine.access(at, true);
    }
    const start = (pfn % this.perBlock) * this.pageWords;
    this.block(pfn).fill(0, start, start + this.pageWords);
  }

  /** Overwrites the contents of a page that is freed: a write, so that a reader whom nothing orders before it is a race. */
  scrub(pfn: number): void {
    if (this.base < 0) return;
    const first = this.base + pfn * this.pageWords;
    for (let at = first; at < first + this.pageWords; at++) this.machine.access(at, true);
    const start = (pfn % this.perBlock) * this.pageWords;
    this.block(pfn).fill(POISON, start, start + this.pageWords);
  }

  /** Blocks of pages whose contents were touched. */
  get blocksInUse(): number {
    return this.blocks.size;
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.initial = new Map([...this.blocks].map(([number, block]) => [number, block.slice()]));
    this.touched.clear();
  }

  /** Back to the sealed state. */
  reset(): void {
    for (const number of this.touched) {
      const initial = this.initial.get(number);
      if (initial === undefined) this.blocks.get(number)!.fill(this.untouched);
      else this.blocks.get(number)!.set(initial);
    }
    this.touched.clear();
  }

  /** What stands in a page that nobody has written. */
  private get untouched(): number {
    return this.base >= 0 ? POISON : 0;
  }

  private block(pfn: number): Int32Array {
    const number = Math.floor(pfn / this.perBlock);
    let block = this.blocks.get(number);
    if (block === undefined) {
      block = new Int32Array(this.perBlock * this.pageWords).fill(this.untouched);
      this.blocks.set(number, block);
    }
    if (this.base >= 0) this.touched.add(number);
    return block;
  }
}
