import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { ZoneWord } from '../memory/zone.js';
import { MigrateMode, MigrateReason } from '../migrate/migrate-mode.js';
import { migratePages } from '../migrate/migrate-pages.js';
import { putbackMovablePages } from '../movable/putback-movable-pages.js';
import { resetIsolationSuitable, restorePositions } from './cached-positions.js';
import type { CompactControl } from './compact-control.js';
import { CompactResult } from './compact-result.js';
import { compactionRestarting } from './deferral.js';
import { compactFinished } from './finished.js';
import { compactionAlloc, compactionFree, releaseFreePages } from './isolate-free-pages.js';
import { isolateMigratePages, IsolateResult } from './isolate-migrate-pages.js';
import { compactionSuitable } from './suitability.js';

/**
 * Compacts a zone: one scanner goes up and isolates pages that can move, another goes down and finds free pages to move
 * them to, until they meet or what it is for is there. Driver pages and LRU pages alike. May sleep unless the mode is
 * ASYNC.
 *
 * @kernel mm/compaction.c compact_zone
 * @returns How it ended, or why it did not begin.
 * @since 0.1.0
 */
export function* compactZone(cc: CompactControl): Op<CompactResult> {
  const { kernel, zone } = cc;
  const suitable = yield* compactionSuitable(kernel, zone, cc);
  if (suitable !== CompactResult.continue) return suitable;
  if (cc.order >= 0 && (yield* compactionRestarting(zone, cc.order)))
    yield* resetIsolationSuitable(kernel, zone);
  yield* restorePositions(cc);
  emitRange(cc, null);
  yield* kernel.lru.drain();
  const result = yield* run(cc);
  yield* settleFreePages(cc);
  kernel.vmstat.add('compact_migrate_scanned', cc.migrateScanned);
  kernel.vmstat.add('compact_free_scanned', cc.freeScanned);
  emitRange(cc, result);
  return result;
}

function* run(cc: CompactControl): Op<CompactResult> {
  const { kernel, zone, migratePages: isolated } = cc;
  const blocks = kernel.memory.blocks!;
  const chunk = 1 << Math.max(cc.order, 0);
  // As long as the ASYNC scanner is where the other was, what one learns holds for both.
  let together =
    cc.mode === MigrateMode.async &&
    (yield* zone.read(ZoneWord.cachedMigrateAsync)) === (yield* zone.read(ZoneWord.cachedMigrateSync));
  let lastMigrated = -1;
  for (;;) {
    const finished = yield* compactFinished(cc);
    if (finished !== CompactResult.continue) return finished;
    const start = cc.migratePfn;
    // Still in the block that was worked on last: go through the rest of it in one go.
    cc.rescan = lastMigrated >= 0 && blocks.start(lastMigrated) === blocks.start(start);
    const found = yield* isolateMigratePages(cc);
    if (found === IsolateResult.abort) {
      yield* putbackMovablePages(isolated);
      cc.toMigrate = 0;
      return CompactResult.contended;
    }
    if (found === IsolateResult.none) {
      if (together)
        yield* zone.write(ZoneWord.cachedMigrateSync, yield* zone.read(ZoneWord.cachedMigrateAsync));
    } else {
      together = false;
      lastMigrated = start;
      const rc = yield* migrateBatch(cc);
      if (rc !== 0) {
        yield* putbackMovablePages(isolated);
        if (rc === -Errno.ENOMEM && !cc.scannersMet) return CompactResult.contended;
        // One page of the chunk stays: the rest is of no use to whoever waits for a whole one.
        if (cc.skipOnFailure) {
          cc.migratePfn = Math.min(chunkStart(cc.migratePfn - 1, chunk) + chunk, zone.endPfn);
          lastMigrated = -1;
        }
      }
    }
    // The chunk is done: what was freed in it must merge before anybody judges.
    if (cc.order > 0 && lastMigrated >= 0 && lastMigrated < chunkStart(cc.migratePfn, chunk)) {
      yield* kernel.allocator.zoneAllocator!.drain(zone);
      lastMigrated = -1;
    }
  }
}

function chunkStart(pfn: number, chunk: number): number {
  return pfn - (pfn % chunk);
}

/** Migrates what was isolated. */
function* migrateBatch(cc: CompactControl): Op<number> {
  const { kernel, migratePages: isolated } = cc;
  const { events, vmstat } = kernel;
  const batch = cc.toMigrate;
  const before = vmstat.read('pgmigrate_success');
  const rc = yield* migratePages(isolated, {
    getNewPage: () => compactionAlloc(cc),
    *freePage(page) {
      compactionFree(cc, page);
    },
    mode: cc.mode,
    reason: MigrateReason.compaction,
  });
  cc.toMigrate = 0;
  if (events.listenerCount('mm_compaction_migratepages') > 0) {
    const migrated = Math.min(vmstat.read('pgmigrate_success') - before, batch);
    events.emit('mm_compaction_migratepages', { migrated, failed: batch - migrated });
  }
  return rc;
}

/** Gives targets back that were not used; the next compaction may begin there. */
function* settleFreePages(cc: CompactControl): Op<void> {
  const { zone } = cc;
  const highest = yield* releaseFreePages(cc);
  if (highest < 0) return;
  const block = cc.kernel.memory.blocks!.start(highest);
  if (block > (yield* zone.read(ZoneWord.cachedFree))) yield* zone.write(ZoneWord.cachedFree, block);
}

function emitRange(cc: CompactControl, status: CompactResult | null): void {
  const { zone, kernel } = cc;
  const { events } = kernel;
  const range = {
    zoneStart: zone.startPfn,
    migratePfn: cc.migratePfn,
    freePfn: cc.freePfn,
    zoneEnd: zone.endPfn,
    sync: cc.mode !== MigrateMode.async,
  };
  if (status === null) {
    if (events.listenerCount('mm_compaction_begin') > 0) events.emit('mm_compaction_begin', range);
  } else if (events.listenerCount('mm_compaction_end') > 0) {
    events.emit('mm_compaction_end', { ...range, status });
  }
}
