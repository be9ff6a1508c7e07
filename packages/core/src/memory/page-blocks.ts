import { OpKind, type Machine, type Op } from '@movable-pages/machine';
import type { MigrateType } from './migrate-type.js';

const TYPE_MASK = 7;
/** Compaction found nothing to do in the block. */
const SKIP = 8;

/**
 * The page blocks: for each a word with its migrate type and the mark by which compaction's scanners skip it.
 *
 * The type changes only in steps of the block's zone ({@link Zone.step}); whoever decides by it looks in such a step or
 * in {@link Zone.look}.
 *
 * @kernel include/linux/pageblock-flags.h
 * @since 0.1.0
 */
export class PageBlocks {
  /** Pages of a block. */
  readonly pages: number;
  private readonly base: number;

  constructor(
    private readonly machine: Machine,
    frames: number,
    /** The block has 2 to the power of this pages. */
    readonly order: number,
    initial: MigrateType,
  ) {
    this.pages = 1 << order;
    const count = Math.ceil(frames / this.pages);
    this.base = machine.allocateWords(count, (block) => `page block ${block}`);
    machine.words.fill(initial, this.base, this.base + count);
  }

  /** How many words a machine needs for them. */
  static words(frames: number, order: number): number {
    return Math.ceil(frames / (1 << order));
  }

  /** First page of the block of a page. @kernel include/linux/pageblock-flags.h pageblock_start_pfn */
  start(pfn: number): number {
    return pfn - (pfn % this.pages);
  }

  /** One past the last page of the block of a page. @kernel include/linux/pageblock-flags.h pageblock_end_pfn */
  end(pfn: number): number {
    return this.start(pfn) + this.pages;
  }

  /** The type of the block of a page, as it is. @kernel mm/page_alloc.c get_pageblock_migratetype */
  typeOf(pfn: number): MigrateType {
    return (this.machine.words[this.location(pfn)]! & TYPE_MASK) as MigrateType;
  }

  /** Sets the type, in a step of the zone. @kernel mm/page_alloc.c set_pageblock_migratetype */
  setType(pfn: number, type: MigrateType): void {
    const at = this.location(pfn);
    this.machine.words[at] = (this.machine.words[at]! & ~TYPE_MASK) | type;
  }

  /** Reads whether scanners skip the block. Never sleeps. @kernel include/linux/pageblock-flags.h get_pageblock_skip */
  *isSkipped(pfn: number): Op<boolean> {
    const word: number = yield* this.machine.makeOp(OpKind.load, this.location(pfn), 0, 0);
    return (word & SKIP) !== 0;
  }

  /** Has scanners skip the block. Never sleeps. @kernel include/linux/pageblock-flags.h set_pageblock_skip */
  markSkipped(pfn: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchOr, this.location(pfn), SKIP, 0);
  }

  /** Has scanners look at the block again. Never sleeps. @kernel include/linux/pageblock-flags.h clear_pageblock_skip */
  clearSkipped(pfn: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchAnd, this.location(pfn), ~SKIP, 0);
  }

  private location(pfn: number): number {
    return this.base + Math.floor(pfn / this.pages);
  }
}
