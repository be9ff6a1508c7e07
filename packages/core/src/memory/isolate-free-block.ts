import { watermarkForIsolation } from '../compact/watermark-for-isolation.js';
import { MigrateType } from './migrate-type.js';
import type { PageBlocks } from './page-blocks.js';
import { ZoneWord, type Zone } from './zone.js';

/**
 * Takes a free block off its list unless the zone would fall below its mark. Belongs into a step of the zone.
 *
 * @kernel mm/page_alloc.c __isolate_free_page
 * @returns Whether it did.
 */
export function isolateFreeBlock(blocks: PageBlocks, zone: Zone, pfn: number, order: number): boolean {
  const { areas } = zone.buddy!;
  if (blocks.typeOf(pfn) !== MigrateType.isolate) {
    const mark = zone.peek(ZoneWord.min) + zone.peek(ZoneWord.boost) + (1 << order);
    if (!watermarkForIsolation(zone, mark)) return false;
  }
  areas.remove(pfn);
  // A block of half a page block or more is a good home for movable pages, if nothing speaks against it.
  if (order >= blocks.order - 1) {
    for (let at = pfn; at < pfn + (1 << order); at += blocks.pages) {
      const type = blocks.typeOf(at);
      if (type === MigrateType.unmovable || type === MigrateType.reclaimable)
        blocks.setType(at, MigrateType.movable);
    }
  }
  return true;
}
