import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { ZoneWord, type Zone } from '../memory/zone.js';
import { MigrateMode } from '../migrate/migrate-mode.js';
import type { CompactControl } from './compact-control.js';

/** The word with the position of the migrate scanner of a mode. */
function migrateWord(mode: MigrateMode): number {
  return mode === MigrateMode.async ? ZoneWord.cachedMigrateAsync : ZoneWord.cachedMigrateSync;
}

/**
 * Sets the scanners where the last compaction of the zone left off, or at the ends.
 *
 * @kernel mm/compaction.c compact_zone
 */
export function* restorePositions(cc: CompactControl): Op<void> {
  const { zone } = cc;
  const lastBlock = Math.max(cc.kernel.memory.blocks!.start(zone.endPfn - 1), zone.startPfn);
  cc.migratePfn = zone.startPfn;
  cc.freePfn = lastBlock;
  if (cc.wholeZone) return;
  const migrate = yield* zone.read(migrateWord(cc.mode));
  const free = yield* zone.read(ZoneWord.cachedFree);
  if (zone.spans(free)) cc.freePfn = free;
  else yield* zone.write(ZoneWord.cachedFree, lastBlock);
  if (zone.spans(migrate)) cc.migratePfn = migrate;
  else yield* resetMigrate(zone);
  if (cc.migratePfn === zone.startPfn && cc.freePfn === lastBlock) cc.wholeZone = true;
}

/** Has the next compaction begin at the ends. @kernel mm/compaction.c reset_cached_positions */
export function* resetPositions(kernel: Kernel, zone: Zone): Op<void> {
  yield* resetMigrate(zone);
  const lastBlock = kernel.memory.blocks!.start(zone.endPfn - 1);
  yield* zone.write(ZoneWord.cachedFree, Math.max(lastBlock, zone.startPfn));
}

function* resetMigrate(zone: Zone): Op<void> {
  yield* zone.write(ZoneWord.cachedMigrateAsync, zone.startPfn);
  yield* zone.write(ZoneWord.cachedMigrateSync, zone.startPfn);
}

/**
 * Remembers that the migrate scanner came this far; a sync scan speaks for both.
 *
 * @kernel mm/compaction.c update_cached_migrate
 */
export function* updateCachedMigrate(cc: CompactControl, pfn: number): Op<void> {
  const { zone } = cc;
  if (cc.contig) return;
  if (pfn > (yield* zone.read(ZoneWord.cachedMigrateAsync)))
    yield* zone.write(ZoneWord.cachedMigrateAsync, pfn);
  if (cc.mode !== MigrateMode.async && pfn > (yield* zone.read(ZoneWord.cachedMigrateSync)))
    yield* zone.write(ZoneWord.cachedMigrateSync, pfn);
}

/** Remembers that the free scanner came this far down. @kernel mm/compaction.c update_pageblock_skip */
export function* updateCachedFree(cc: CompactControl, pfn: number): Op<void> {
  const { zone } = cc;
  if (!cc.contig && pfn < (yield* zone.read(ZoneWord.cachedFree)))
    yield* zone.write(ZoneWord.cachedFree, pfn);
}

/** Has all blocks of a zone looked at again. @kernel mm/compaction.c __reset_isolation_suitable */
export function* resetIsolationSuitable(kernel: Kernel, zone: Zone): Op<void> {
  const blocks = kernel.memory.blocks!;
  for (let pfn = blocks.start(zone.startPfn); pfn < zone.endPfn; pfn += blocks.pages)
    yield* blocks.clearSkipped(Math.max(pfn, zone.startPfn));
  yield* resetPositions(kernel, zone);
}
