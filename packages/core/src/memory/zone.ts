import { OpKind, type Machine, type Op } from '@movable-pages/machine';
import type { Buddy } from './buddy.js';
import type { FreeList } from './free-list.js';
import { ZONE_NAMES, type ZoneName, type ZoneType } from './zone-type.js';

/** Word offsets of a zone's state. */
export const ZoneWord = {
  /** Free pages in the buddy allocator, those of isolated blocks left out (`NR_FREE_PAGES`). */
  free: 0,
  /** Those of them in CMA blocks (`NR_FREE_CMA_PAGES`). */
  freeCma: 1,
  /** Pages that are there. */
  present: 2,
  min: 3,
  low: 4,
  high: 5,
  promo: 6,
  /** Added to all marks for a while after a block was broken into (`watermark_boost`). */
  boost: 7,
  /** Blocks that are isolated. */
  isolatedBlocks: 8,
  /** Compaction: attempts since the last that failed (`compact_considered`). */
  compactConsidered: 9,
  /** Compaction: how many attempts to leave out, as a power of 2 (`compact_defer_shift`). */
  compactDeferShift: 10,
  /** Compaction: the least order that failed (`compact_order_failed`). */
  compactOrderFailed: 11,
  /** Where the migrate scanner goes on, ASYNC (`compact_cached_migrate_pfn`). */
  cachedMigrateAsync: 12,
  /** The same for other modes. */
  cachedMigrateSync: 13,
  /** Where the free scanner goes on (`compact_cached_free_pfn`). */
  cachedFree: 14,
  /** Blocks that scanners skip are to be looked at again once kswapd has nothing left to do (`compact_blockskip_flush`). */
  skipFlush: 15,
} as const;

const WORD_NAMES = Object.keys(ZoneWord);
/** Words of one zone. */
const ZONE_WORDS = WORD_NAMES.length;

/**
 * A zone of a node: frames next to each other that serve the same requests.
 *
 * What the kernel guards with `zone->lock` changes here in one step, {@link Zone.step}, and is looked at in such a step or
 * in {@link Zone.look}: nobody can come in between, as nobody can under the lock, and one step is cheaper to explore than
 * two.
 *
 * @kernel include/linux/mmzone.h struct zone
 * @since 0.1.0
 */
export class Zone {
  /** The kernel's name, `Normal`. */
  readonly name: ZoneName;
  /** One past the last page. */
  readonly endPfn: number;
  /** For each processor the lists of single pages that are at hand, one, or one for each of the first three types. */
  cpuLists: readonly (readonly FreeList[])[] = [];
  /** The free blocks; null in a machine without a buddy allocator. */
  buddy: Buddy | null = null;
  /** For each kind of zone, pages that requests which could use that kind leave here. Set by the memory's set-up. */
  lowmemReserve: readonly number[] = ZONE_NAMES.map(() => 0);
  private readonly base: number;
  private readonly managedAt: number;

  constructor(
    private readonly machine: Machine,
    readonly node: number,
    readonly type: ZoneType,
    readonly startPfn: number,
    readonly pages: number,
    withWords: boolean,
  ) {
    this.name = ZONE_NAMES[type];
    this.endPfn = startPfn + pages;
    this.base = withWords
      ? machine.allocateWords(ZONE_WORDS, (word) => `node ${node} zone ${this.name} ${WORD_NAMES[word]}`)
      : -1;
    this.managedAt = machine.allocateWords(1, () => `node ${node} zone ${this.name} managed`);
    this.adjustManaged(pages);
  }

  /** How many words a zone needs. */
  static words(withBlocks: boolean): number {
    return (withBlocks ? ZONE_WORDS : 0) + 1;
  }

  /** Pages that the allocator may give out: those it was given, without those that a balloon has. As it is. @kernel include/linux/mmzone.h zone_managed_pages */
  get managedPages(): number {
    return this.machine.words[this.managedAt]!;
  }

  /** Adds to {@link Zone.managedPages}. Additions commute, so this is no operation. */
  adjustManaged(pages: number): void {
    this.machine.words[this.managedAt] = this.managedPages + pages;
  }

  /** The step in which a caller may change what the zone lock guards. Never sleeps. @kernel include/linux/mmzone.h zone->lock */
  step(): Op<number> {
    return this.machine.makeOp(OpKind.fetchAdd, this.base, 0, 0);
  }

  /** The step in which a caller may look at what the zone lock guards. Never sleeps. */
  look(): Op<number> {
    return this.machine.makeOp(OpKind.load, this.base, 0, 0);
  }

  /** A word as it is: inside a step, and for reports. */
  peek(word: number): number {
    return this.machine.words[this.base + word]!;
  }

  /** Writes a word, inside a step. */
  poke(word: number, value: number): void {
    this.machine.words[this.base + word] = value;
  }

  /** Reads a word that no lock guards. Never sleeps. */
  read(word: number): Op<number> {
    return this.machine.makeOp(OpKind.load, this.base + word, 0, 0);
  }

  /** Writes a word that no lock guards. Never sleeps. */
  write(word: number, value: number): Op<void> {
    return this.machine.makeOp(OpKind.store, this.base + word, value, 0);
  }

  /** Whether a frame lies in it. */
  spans(pfn: number): boolean {
    return pfn >= this.startPfn && pfn < this.endPfn;
  }

  /** Pages on the lists of the processors, as they are. */
  get cpuPages(): number {
    let pages = 0;
    for (const lists of this.cpuLists) for (const list of lists) pages += list.length;
    return pages;
  }

  /** Free pages, as they are: those of the buddy allocator and those on the lists of the processors. */
  get freePages(): number {
    return (this.base < 0 ? 0 : this.peek(ZoneWord.free)) + this.cpuPages;
  }

  /** `node 0 zone Normal`. */
  toString(): string {
    return `node ${this.node} zone ${this.name}`;
  }
}
