import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PAGE_ALLOC_COSTLY_ORDER } from '../memory/costly-order.js';
import { MigrateType } from '../memory/migrate-type.js';
import { markOf, zoneWatermarkOk } from '../memory/watermark-ok.js';
import type { ZoneType } from '../memory/zone-type.js';
import { ZoneWord, type Zone } from '../memory/zone.js';
import { CompactResult } from './compact-result.js';
import { fragmentationIndex, freeBlockCounts } from './fragmentation.js';
import { watermarkForIsolation } from './watermark-for-isolation.js';

/** What is wanted of a zone. */
export interface SuitabilityQuestion {
  /** -1: as much as can be. */
  readonly order: number;
  readonly migrateType?: MigrateType;
  readonly highestZone?: ZoneType;
}

/**
 * Whether it makes sense to compact a zone for an order: not if there is a block already, nor if there is so little memory
 * that compaction could not work, nor if memory is lacking rather than scattered. Never sleeps.
 *
 * @kernel mm/compaction.c compaction_suitable
 * @returns {@link CompactResult} continue, success (nothing to do) or skipped.
 * @since 0.1.0
 */
export function* compactionSuitable(
  kernel: Kernel,
  zone: Zone,
  question: SuitabilityQuestion,
): Op<CompactResult> {
  if (question.order < 0) return CompactResult.continue;
  yield* zone.look();
  const result = judge(kernel, zone, question);
  const { events } = kernel;
  if (events.listenerCount('mm_compaction_suitable') > 0) {
    events.emit('mm_compaction_suitable', {
      node: zone.node,
      zone: zone.name,
      order: question.order,
      result,
    });
  }
  return result === CompactResult.notSuitableZone ? CompactResult.skipped : result;
}

function judge(kernel: Kernel, zone: Zone, question: SuitabilityQuestion): CompactResult {
  const { order, migrateType = MigrateType.movable, highestZone = zone.type } = question;
  const asked = {
    order,
    mark: markOf(zone, ZoneWord.min),
    highestZone,
    cma: migrateType === MigrateType.movable,
    reserves: false,
    nonBlocking: false,
  };
  if (zoneWatermarkOk(zone, asked)) return CompactResult.success;
  const costly = order > PAGE_ALLOC_COSTLY_ORDER;
  // Room for the pages on their way, twice: as many may be isolated as targets.
  const mark = markOf(zone, costly ? ZoneWord.low : ZoneWord.min) + 2 * (1 << order);
  if (!watermarkForIsolation(zone, mark, highestZone)) return CompactResult.skipped;
  if (!costly) return CompactResult.continue;
  const index = fragmentationIndex(freeBlockCounts(zone), order);
  const lacking = index >= 0 && index <= kernel.memory.settings!.extfragThreshold;
  return lacking ? CompactResult.notSuitableZone : CompactResult.continue;
}
