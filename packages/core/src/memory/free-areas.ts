import { MachineError, type Machine } from '@movable-pages/machine';
import { PageWord, type FrameTable } from './frame-table.js';
import { MIGRATE_TYPE_NAMES, MIGRATE_TYPES, MigrateType } from './migrate-type.js';
import { REPORTED } from './page-flags.js';
import { PageType } from './page-type.js';
import { ZoneWord, type Zone } from './zone.js';

/** Words of a list of free blocks: how many, first, last. */
const LIST_WORDS = 3;

/**
 * The lists of a zone's free blocks, by order and type. The first frame of a free block says so in its map-count word, its
 * order in `private` and its list's type in `index`. Everything here belongs into a step of the zone.
 *
 * @kernel include/linux/mmzone.h struct free_area
 * @since 0.1.0
 */
export class FreeAreas {
  private readonly base: number;

  constructor(
    private readonly machine: Machine,
    private readonly frames: FrameTable,
    private readonly zone: Zone,
    /** The greatest order. */
    readonly maxOrder: number,
  ) {
    this.base = machine.allocateWords(FreeAreas.words(maxOrder), (word) => {
      const list = Math.floor(word / LIST_WORDS);
      const type = MIGRATE_TYPE_NAMES[list % MIGRATE_TYPES];
      return `${zone} free ${type} order ${Math.floor(list / MIGRATE_TYPES)} ${['blocks', 'first', 'last'][word % LIST_WORDS]}`;
    });
  }

  /** How many words a zone needs for them. */
  static words(maxOrder: number): number {
    return (maxOrder + 1) * MIGRATE_TYPES * LIST_WORDS;
  }

  /** How many blocks of an order and type are free. */
  count(order: number, type: MigrateType): number {
    return this.machine.words[this.list(order, type)]!;
  }

  /** How many blocks of an order are free. @kernel include/linux/mmzone.h free_area->nr_free */
  countAll(order: number): number {
    let blocks = 0;
    for (let type = 0; type < MIGRATE_TYPES; type++) blocks += this.count(order, type as MigrateType);
    return blocks;
  }

  /** The first free block of an order and type, or -1. */
  first(order: number, type: MigrateType): number {
    return this.machine.words[this.list(order, type) + 1]! - 1;
  }

  /** The free block after another on its list, or -1. */
  next(pfn: number): number {
    return this.frames.peek(pfn, PageWord.lruNext) - 1;
  }

  /** Whether a free block begins at a frame. @kernel include/linux/page-flags.h PageBuddy */
  isHead(pfn: number): boolean {
    return this.frames.peek(pfn, PageWord.mapCount) === PageType.buddy;
  }

  /** The order of the free block that begins at a frame. @kernel mm/internal.h buddy_order */
  orderOf(pfn: number): number {
    return this.frames.peek(pfn, PageWord.private);
  }

  /** The type of the list that a free block is on: mostly, not always, that of its page block. */
  typeOf(pfn: number): MigrateType {
    return this.frames.peek(pfn, PageWord.index) as MigrateType;
  }

  /** Whether the host was told that the free block which begins at a frame is free. @kernel mm/page_reporting.h page_reported */
  isReported(pfn: number): boolean {
    return (this.frames.peek(pfn, PageWord.flags) & REPORTED) !== 0;
  }

  /** Notes that the host was told of a free block. It is forgotten when the block leaves its list. */
  markReported(pfn: number): void {
    this.frames.poke(pfn, PageWord.flags, this.frames.peek(pfn, PageWord.flags) | REPORTED);
  }

  /** Puts a block on a list. @kernel mm/page_alloc.c add_to_free_list */
  insert(pfn: number, order: number, type: MigrateType, where: 'head' | 'tail'): void {
    const { frames } = this;
    if (this.isHead(pfn)) this.corrupt(pfn, 'is put on a free list and is on one');
    const list = this.list(order, type);
    const words = this.machine.words;
    frames.poke(pfn, PageWord.mapCount, PageType.buddy);
    frames.poke(pfn, PageWord.private, order);
    frames.poke(pfn, PageWord.index, type);
    const end = where === 'head' ? words[list + 1]! : words[list + 2]!;
    frames.poke(pfn, PageWord.lruNext, where === 'head' ? end : 0);
    frames.poke(pfn, PageWord.lruPrev, where === 'head' ? 0 : end);
    if (where === 'head') {
      if (end === 0) words[list + 2] = pfn + 1;
      else frames.poke(end - 1, PageWord.lruPrev, pfn + 1);
      words[list + 1] = pfn + 1;
    } else {
      if (end === 0) words[list + 1] = pfn + 1;
      else frames.poke(end - 1, PageWord.lruNext, pfn + 1);
      words[list + 2] = pfn + 1;
    }
    this.account(list, order, type, 1);
  }

  /** Takes a block off its list; gives its order. @kernel mm/page_alloc.c del_page_from_free_list */
  remove(pfn: number): number {
    const { frames } = this;
    if (!this.isHead(pfn)) this.corrupt(pfn, 'is taken off a free list and is on none');
    const words = this.machine.words;
    const order = this.orderOf(pfn);
    const type = this.typeOf(pfn);
    const list = this.list(order, type);
    const next = frames.peek(pfn, PageWord.lruNext);
    const prev = frames.peek(pfn, PageWord.lruPrev);
    if (prev === 0) words[list + 1] = next;
    else frames.poke(prev - 1, PageWord.lruNext, next);
    if (next === 0) words[list + 2] = prev;
    else frames.poke(next - 1, PageWord.lruPrev, prev);
    frames.poke(pfn, PageWord.flags, frames.peek(pfn, PageWord.flags) & ~REPORTED);
    frames.poke(pfn, PageWord.mapCount, PageType.none);
    frames.poke(pfn, PageWord.private, 0);
    frames.poke(pfn, PageWord.index, 0);
    frames.poke(pfn, PageWord.lruNext, 0);
    frames.poke(pfn, PageWord.lruPrev, 0);
    this.account(list, order, type, -1);
    return order;
  }

  /** Moves a block to another list. @kernel mm/page_alloc.c move_to_free_list */
  move(pfn: number, type: MigrateType): void {
    const reported = this.isReported(pfn);
    this.insert(pfn, this.remove(pfn), type, 'tail');
    if (reported) this.markReported(pfn);
  }

  private account(list: number, order: number, type: MigrateType, blocks: 1 | -1): void {
    const { machine, zone } = this;
    machine.words[list] = machine.words[list]! + blocks;
    if (type === MigrateType.isolate) return;
    const pages = blocks * (1 << order);
    zone.poke(ZoneWord.free, zone.peek(ZoneWord.free) + pages);
    if (type === MigrateType.cma) zone.poke(ZoneWord.freeCma, zone.peek(ZoneWord.freeCma) + pages);
  }

  private list(order: number, type: MigrateType): number {
    return this.base + (order * MIGRATE_TYPES + type) * LIST_WORDS;
  }

  private corrupt(pfn: number, what: string): never {
    this.machine.misuse(
      new MachineError(
        'MP_LIST_CORRUPTION',
        `the free block at page ${pfn} ${what}; report this: the VM is wrong`,
        {
          subject: 'free list',
          here: this.machine.site(),
          location: this.frames.location(pfn, PageWord.mapCount),
        },
      ),
    );
  }
}
