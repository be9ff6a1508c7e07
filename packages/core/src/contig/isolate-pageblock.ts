import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { Kernel } from '../kernel.js';
import { MigrateType } from '../memory/migrate-type.js';
import { ZoneWord } from '../memory/zone.js';
import { findUnmovablePage, peekUnmovablePage, type IsolateOptions } from './find-unmovable-page.js';

/**
 * Isolates a page block: what is free in it is given to nobody and leaves the count of free pages, and what becomes free
 * stays there. Never sleeps.
 *
 * @param start Its first page.
 * @param from The part of the block in which every page must be able to move.
 * @kernel mm/page_isolation.c set_migratetype_isolate
 * @returns 0, or `-EBUSY`: a page cannot move, or somebody else has isolated the block.
 * @since 0.1.0
 */
export function* isolatePageblock(
  kernel: Kernel,
  start: number,
  from: number,
  to: number,
  options: IsolateOptions = {},
): Op<number> {
  const { memory } = kernel;
  const blocks = memory.blocks!;
  const zone = memory.zoneOf(from);
  const buddy = zone.buddy!;
  if ((yield* findUnmovablePage(kernel, from, to, options)) !== null) return -Errno.EBUSY;
  yield* zone.step();
  if (blocks.typeOf(start) === MigrateType.isolate) return -Errno.EBUSY;
  // Something may have been allocated since.
  if (peekUnmovablePage(kernel, from, to, options) >= 0) return -Errno.EBUSY;
  buddy.splitToBlocks(start);
  blocks.setType(start, MigrateType.isolate);
  buddy.moveFreePages(
    Math.max(start, zone.startPfn),
    Math.min(blocks.end(start), zone.endPfn),
    MigrateType.isolate,
  );
  zone.poke(ZoneWord.isolatedBlocks, zone.peek(ZoneWord.isolatedBlocks) + 1);
  return 0;
}

/**
 * Gives an isolated page block back to those who allocate. Never sleeps.
 *
 * @kernel mm/page_isolation.c unset_migratetype_isolate
 * @since 0.1.0
 */
export function* unisolatePageblock(
  kernel: Kernel,
  start: number,
  type: MigrateType = MigrateType.movable,
): Op<void> {
  const { memory } = kernel;
  const blocks = memory.blocks!;
  const zone = memory.zoneOf(start);
  const buddy = zone.buddy!;
  yield* zone.step();
  if (blocks.typeOf(start) !== MigrateType.isolate) return;
  const head = buddy.headOf(start);
  blocks.setType(start, type);
  zone.poke(ZoneWord.isolatedBlocks, zone.peek(ZoneWord.isolatedBlocks) - 1);
  // Two isolated blocks may have merged.
  if (head >= 0 && head < start) buddy.splitToBlocks(start);
  buddy.moveFreePages(Math.max(start, zone.startPfn), Math.min(blocks.end(start), zone.endPfn), type);
  // A block that is free as a whole may now merge with its neighbours again.
  if (buddy.areas.isHead(start) && buddy.areas.orderOf(start) >= blocks.order) buddy.mergeAgain(start);
}
