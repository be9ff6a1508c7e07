import { MigrateType } from './migrate-type.js';
import type { ZoneType } from './zone-type.js';
import { ZoneWord, type Zone } from './zone.js';

/** What a look at a zone's watermark asks. */
export interface WatermarkQuestion {
  readonly order: number;
  /** Pages that must stay free, the boost included. */
  readonly mark: number;
  /** The highest zone that would do. */
  readonly highestZone: ZoneType;
  /** Pages in CMA blocks count. */
  readonly cma: boolean;
  /** May use reserves (`__GFP_HIGH`). */
  readonly reserves: boolean;
  /** Cannot sleep, so may use some more if it may use any. */
  readonly nonBlocking: boolean;
}

/** A mark of a zone as it is read: the boost is added to each. @kernel include/linux/mmzone.h wmark_pages */
export function markOf(zone: Zone, word: number): number {
  return zone.peek(word) + zone.peek(ZoneWord.boost);
}

/**
 * Whether a zone has a free block of an order to give and keeps its mark. Looks at what the zone lock guards: ask in a
 * step of the zone.
 *
 * @param free Free pages, if they are to be taken as other than they are.
 * @kernel mm/page_alloc.c __zone_watermark_ok
 * @since 0.1.0
 */
export function zoneWatermarkOk(
  zone: Zone,
  question: WatermarkQuestion,
  free = zone.peek(ZoneWord.free),
): boolean {
  const { order, highestZone, cma, reserves, nonBlocking } = question;
  let usable = free - ((1 << order) - 1);
  if (!cma) usable -= zone.peek(ZoneWord.freeCma);
  let mark = question.mark;
  if (reserves) {
    mark -= Math.floor(mark / 2);
    if (nonBlocking) mark -= Math.floor(mark / 4);
  }
  if (usable <= mark + zone.lowmemReserve[highestZone]!) return false;
  return order === 0 || hasBlock(zone, order, cma, reserves);
}

function hasBlock(zone: Zone, order: number, cma: boolean, reserves: boolean): boolean {
  const { areas, maxOrder } = zone.buddy!;
  for (let at = order; at <= maxOrder; at++) {
    if (
      areas.count(at, MigrateType.unmovable) > 0 ||
      areas.count(at, MigrateType.movable) > 0 ||
      areas.count(at, MigrateType.reclaimable) > 0 ||
      (cma && areas.count(at, MigrateType.cma) > 0) ||
      (reserves && areas.count(at, MigrateType.highAtomic) > 0)
    )
      return true;
  }
  return false;
}
