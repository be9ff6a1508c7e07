import type { Machine } from '@movable-pages/machine';
import { FreeAreas } from './free-areas.js';
import { PageWord, type FrameTable } from './frame-table.js';
import { isMergeable, type MigrateType } from './migrate-type.js';
import type { PageBlocks } from './page-blocks.js';
import type { Zone } from './zone.js';

/**
 * The buddy allocator of a zone: free blocks of 2 to the power of 0, 1, ... pages, each at a multiple of its size, halved
 * when a smaller one is asked for and merged with their other half when they come back. Everything here belongs into a
 * step of the zone.
 *
 * @kernel mm/page_alloc.c
 * @since 0.1.0
 */
export class Buddy {
  readonly areas: FreeAreas;
  /** The greatest order. */
  readonly maxOrder: number;

  constructor(
    machine: Machine,
    private readonly frames: FrameTable,
    readonly blocks: PageBlocks,
    private readonly zone: Zone,
    maxOrder: number,
  ) {
    this.maxOrder = maxOrder;
    this.areas = new FreeAreas(machine, frames, zone, maxOrder);
  }

  /** How many words a zone needs for it. */
  static words(maxOrder: number): number {
    return FreeAreas.words(maxOrder);
  }

  /**
   * Takes a block off the list of a type, the smallest that will do, and puts what is left over back.
   *
   * @kernel mm/page_alloc.c __rmqueue_smallest
   * @returns Its first frame, or -1.
   */
  take(order: number, type: MigrateType): number {
    for (let found = order; found <= this.maxOrder; found++) {
      const pfn = this.areas.first(found, type);
      if (pfn < 0) continue;
      this.areas.remove(pfn);
      this.expand(pfn, found, order, type);
      return pfn;
    }
    return -1;
  }

  /** Puts the upper halves of a block back until only `order` is left. @kernel mm/page_alloc.c expand */
  private expand(pfn: number, from: number, order: number, type: MigrateType): void {
    for (let half = from - 1; half >= order; half--) this.areas.insert(pfn + (1 << half), half, type, 'head');
  }

  /**
   * Gives a block back and merges it with its buddies as far as they are free.
   *
   * @param tail Put it at the end of its list, to be used last.
   * @returns The order of the block that it has become.
   * @kernel mm/page_alloc.c __free_one_page
   */
  free(pfn: number, order: number, tail = false): number {
    const { areas, blocks, maxOrder } = this;
    const type = blocks.typeOf(pfn);
    let start = pfn;
    let merged = order;
    while (merged < maxOrder) {
      const buddy = start ^ (1 << merged);
      if (!this.isFree(buddy, merged)) break;
      if (merged >= blocks.order) {
        const other = blocks.typeOf(buddy);
        if (other !== type && !(isMergeable(type) && isMergeable(other))) break;
      }
      areas.remove(buddy);
      start &= buddy;
      merged++;
    }
    areas.insert(start, merged, type, tail || this.mergeIsLikely(start, merged) ? 'tail' : 'head');
    return merged;
  }

  /** Whether the block will soon merge further: its buddy's neighbour of the next order is free. @kernel mm/page_alloc.c buddy_merge_likely */
  private mergeIsLikely(pfn: number, order: number): boolean {
    if (order >= this.maxOrder - 1) return false;
    const parent = pfn & ~(1 << order);
    return this.isFree(parent ^ (1 << (order + 1)), order + 1);
  }

  /** Whether a free block of just this order begins at a frame of the zone. @kernel mm/page_alloc.c page_is_buddy */
  private isFree(pfn: number, order: number): boolean {
    return this.zone.spans(pfn) && this.areas.isHead(pfn) && this.areas.orderOf(pfn) === order;
  }

  /** The free block that a frame lies in, or -1. */
  headOf(pfn: number): number {
    for (let order = 0; order <= this.maxOrder; order++) {
      const head = pfn & ~((1 << order) - 1);
      if (!this.zone.spans(head)) return -1;
      if (this.areas.isHead(head) && this.areas.orderOf(head) >= order) return head;
    }
    return -1;
  }

  /**
   * Moves the free blocks of a page block to the lists of a type. The page block must not be part of a larger free block
   * that begins before it: see {@link Buddy.splitToBlocks}.
   *
   * @kernel mm/page_alloc.c move_freepages_block
   * @returns Pages moved.
   */
  moveFreePages(start: number, end: number, type: MigrateType): number {
    let moved = 0;
    for (let pfn = start; pfn < end;) {
      if (!this.areas.isHead(pfn)) {
        pfn++;
        continue;
      }
      const order = this.areas.orderOf(pfn);
      this.areas.move(pfn, type);
      moved += 1 << order;
      pfn += 1 << order;
    }
    return moved;
  }

  /** If a frame lies in a free block larger than a page block, cuts that into page blocks, each on the list of its type. */
  splitToBlocks(pfn: number): void {
    const { areas, blocks } = this;
    const head = this.headOf(pfn);
    if (head < 0 || areas.orderOf(head) <= blocks.order) return;
    const end = head + (1 << areas.remove(head));
    for (let at = head; at < end; at += blocks.pages)
      areas.insert(at, blocks.order, blocks.typeOf(at), 'tail');
  }

  /** Merges a free block with its buddies as far as they are free by now. */
  mergeAgain(pfn: number): void {
    this.free(pfn, this.areas.remove(pfn));
  }

  /** Gives a stretch of frames that were never free to the allocator, in the largest blocks there are. */
  addRange(start: number, end: number): void {
    for (let pfn = start; pfn < end;) {
      let order = this.maxOrder;
      while (pfn % (1 << order) !== 0 || pfn + (1 << order) > end) order--;
      this.areas.insert(pfn, order, this.blocks.typeOf(pfn), 'tail');
      pfn += 1 << order;
    }
  }

  /** Pages of a page block that are in use and whose users can move them. */
  movableInUse(start: number, end: number, isMovable: (pfn: number) => boolean): number {
    let movable = 0;
    for (let pfn = start; pfn < end;) {
      if (this.areas.isHead(pfn)) {
        pfn += 1 << this.areas.orderOf(pfn);
        continue;
      }
      if (this.frames.peek(pfn, PageWord.refCount) > 0 && isMovable(pfn)) movable++;
      pfn++;
    }
    return movable;
  }
}
