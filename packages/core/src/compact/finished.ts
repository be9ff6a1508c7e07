import type { Op } from '@movable-pages/machine';
import { MigrateType } from '../memory/migrate-type.js';
import { ZoneWord } from '../memory/zone.js';
import type { CompactControl } from './compact-control.js';
import { CompactResult } from './compact-result.js';
import { resetPositions } from './cached-positions.js';
import { proactiveMarks, zoneScore } from './proactive.js';

/**
 * Whether a compaction has come to its end: the scanners met, or what it is for is there.
 *
 * @kernel mm/compaction.c compact_finished
 * @returns {@link CompactResult} continue, or how it ended.
 * @since 0.1.0
 */
export function* compactFinished(cc: CompactControl): Op<CompactResult> {
  const { kernel, zone } = cc;
  const result = yield* judge(cc);
  const { events } = kernel;
  if (events.listenerCount('mm_compaction_finished') > 0) {
    events.emit('mm_compaction_finished', { node: zone.node, zone: zone.name, order: cc.order, result });
  }
  return result === CompactResult.noSuitablePage ? CompactResult.continue : result;
}

function* judge(cc: CompactControl): Op<CompactResult> {
  const { zone } = cc;
  const blocks = cc.kernel.memory.blocks!;
  if (cc.scannersMet) {
    yield* resetPositions(cc.kernel, zone);
    // Somebody waits in vain: what was found before is to be looked at again some time.
    if (cc.direct) yield* zone.write(ZoneWord.skipFlush, 1);
    return cc.wholeZone ? CompactResult.complete : CompactResult.partialSkipped;
  }
  if (cc.proactive) {
    yield* zone.look();
    return zoneScore(cc.kernel, zone) > proactiveMarks(cc.kernel.memory.settings!.compactionProactiveness).low
      ? orContended(cc, CompactResult.continue)
      : CompactResult.success;
  }
  if (cc.order < 0) return orContended(cc, CompactResult.continue);
  // A block that was begun is finished: half a block invites others to break into it.
  if (cc.migratePfn !== blocks.start(cc.migratePfn)) return CompactResult.continue;
  yield* zone.look();
  return hasBlock(cc) ? CompactResult.success : orContended(cc, CompactResult.noSuitablePage);
}

function orContended(cc: CompactControl, result: CompactResult): CompactResult {
  return cc.contended ? CompactResult.contended : result;
}

/** Whether there is a block that the request would get. */
function hasBlock(cc: CompactControl): boolean {
  const { zone, migrateType } = cc;
  const { areas, maxOrder } = zone.buddy!;
  const steal = cc.kernel.memory.stealOf(zone);
  for (let order = cc.order; order <= maxOrder; order++) {
    if (areas.count(order, migrateType) > 0) return true;
    if (migrateType === MigrateType.movable && areas.count(order, MigrateType.cma) > 0) return true;
    if (steal.findFallback(order, migrateType, true) !== null) return true;
  }
  return false;
}
