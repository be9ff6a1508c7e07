import type { VmEvents } from '../events/events.js';
import type { Buddy } from './buddy.js';
import { PageFlag, MappingTag } from './page-flags.js';
import { PageWord, type FrameTable } from './frame-table.js';
import { MigrateType } from './migrate-type.js';
import { ZoneWord, type Zone } from './zone.js';

/** Which other types' pages a request takes when those of its own are gone, best first. @kernel mm/page_alloc.c fallbacks */
const FALLBACKS: Readonly<Partial<Record<MigrateType, readonly MigrateType[]>>> = {
  [MigrateType.unmovable]: [MigrateType.reclaimable, MigrateType.movable],
  [MigrateType.movable]: [MigrateType.reclaimable, MigrateType.unmovable],
  [MigrateType.reclaimable]: [MigrateType.unmovable, MigrateType.movable],
};

/** A free block of another type. @since 0.1.0 */
export interface Fallback {
  readonly type: MigrateType;
  /** The whole page block may be taken over with it. */
  readonly mayStealBlock: boolean;
}

/**
 * Takes pages for one type from blocks of another, and takes over the whole page block where that keeps types apart in
 * the long run. Everything here belongs into a step of the zone.
 *
 * @kernel mm/page_alloc.c
 * @since 0.1.0
 */
export class Steal {
  constructor(
    private readonly frames: FrameTable,
    private readonly buddy: Buddy,
    private readonly zone: Zone,
    /** Ten-thousandths of the high mark by which the marks rise at most when a block is broken into. 0: they do not. */
    private readonly boostFactor: number,
    private readonly events: VmEvents,
  ) {}

  /**
   * The first type whose free blocks of just this order a request may take.
   *
   * @param onlyStealable Pass over those whose page block could not be taken over with them.
   * @kernel mm/page_alloc.c find_suitable_fallback
   */
  findFallback(order: number, type: MigrateType, onlyStealable: boolean): Fallback | null {
    for (const other of FALLBACKS[type] ?? []) {
      if (this.buddy.areas.count(order, other) === 0) continue;
      const mayStealBlock = this.mayStealBlock(order, type);
      if (!onlyStealable || mayStealBlock) return { type: other, mayStealBlock };
    }
    return null;
  }

  /** @kernel mm/page_alloc.c can_steal_fallback */
  private mayStealBlock(order: number, type: MigrateType): boolean {
    const blockOrder = this.buddy.blocks.order;
    return (
      order >= blockOrder ||
      order >= Math.floor(blockOrder / 2) ||
      type === MigrateType.unmovable ||
      type === MigrateType.reclaimable
    );
  }

  /**
   * Brings pages of another type to the lists of `type`.
   *
   * @kernel mm/page_alloc.c __rmqueue_fallback
   * @returns Whether there was anything; the lists of `type` then have a block of at least `order`.
   */
  fallBack(order: number, type: MigrateType): boolean {
    for (let found = this.buddy.maxOrder; found >= order; found--) {
      const fallback = this.findFallback(found, type, false);
      if (fallback === null) continue;
      // A movable request that cannot take the block over breaks up as small a piece as it can.
      if (!fallback.mayStealBlock && type === MigrateType.movable && found > order)
        return this.smallest(order, type);
      this.take(found, order, type, fallback);
      return true;
    }
    return false;
  }

  private smallest(order: number, type: MigrateType): boolean {
    for (let found = order; found <= this.buddy.maxOrder; found++) {
      const fallback = this.findFallback(found, type, false);
      if (fallback === null) continue;
      this.take(found, order, type, fallback);
      return true;
    }
    return false;
  }

  /** @kernel mm/page_alloc.c steal_suitable_fallback */
  private take(found: number, order: number, type: MigrateType, fallback: Fallback): void {
    const { buddy } = this;
    const { areas, blocks } = buddy;
    const pfn = areas.first(found, fallback.type);
    const ownership = this.takeOver(pfn, found, type, fallback);
    if (!ownership.moved) areas.move(pfn, type);
    if (this.events.listenerCount('mm_page_alloc_extfrag') > 0) {
      this.events.emit('mm_page_alloc_extfrag', {
        pfn,
        allocOrder: order,
        fallbackOrder: found,
        pageblockOrder: blocks.order,
        allocMigrateType: type,
        fallbackMigrateType: fallback.type,
        changeOwnership: blocks.typeOf(pfn) === type,
      });
    }
  }

  private takeOver(pfn: number, found: number, type: MigrateType, fallback: Fallback): { moved: boolean } {
    const { buddy } = this;
    const { blocks } = buddy;
    const old = blocks.typeOf(pfn);
    if (old === MigrateType.highAtomic) return { moved: false };
    if (found >= blocks.order) {
      for (let at = pfn; at < pfn + (1 << found); at += blocks.pages) blocks.setType(at, type);
      return { moved: false };
    }
    this.boost();
    if (!fallback.mayStealBlock) return { moved: false };
    const start = Math.max(blocks.start(pfn), this.zone.startPfn);
    const end = Math.min(blocks.end(pfn), this.zone.endPfn);
    const movable = buddy.movableInUse(start, end, (at) => this.looksMovable(at));
    const free = buddy.moveFreePages(start, end, type);
    let alike = 0;
    if (type === MigrateType.movable) alike = movable;
    else if (old === MigrateType.movable) alike = blocks.pages - free - movable;
    if (free + alike >= blocks.pages / 2) blocks.setType(pfn, type);
    return { moved: true };
  }

  private looksMovable(pfn: number): boolean {
    return (
      (this.frames.peek(pfn, PageWord.flags) & PageFlag.lru) !== 0 ||
      (this.frames.peek(pfn, PageWord.mapping) & MappingTag.mask) === MappingTag.movable
    );
  }

  /** @kernel mm/page_alloc.c boost_watermark */
  private boost(): void {
    const { zone, buddy, boostFactor } = this;
    const blockPages = buddy.blocks.pages;
    if (boostFactor === 0 || blockPages * 4 > zone.managedPages) return;
    const most = Math.floor((zone.peek(ZoneWord.high) * boostFactor) / 10_000);
    if (most === 0) return;
    zone.poke(ZoneWord.boost, Math.min(zone.peek(ZoneWord.boost) + blockPages, Math.max(most, blockPages)));
  }
}
