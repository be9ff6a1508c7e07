import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import type { PageRequest } from '../memory/page-request.js';
import { ZoneWord, type Zone } from '../memory/zone.js';
import { MigrateMode } from '../migrate/migrate-mode.js';
import { CompactControl, mayTouchFiles } from './compact-control.js';
import { CompactResult } from './compact-result.js';
import { compactZone } from './compact-zone.js';
import { compactionDeferred, deferCompaction, resetDeferral } from './deferral.js';

/** How hard direct compaction tries. @kernel include/linux/compaction.h enum compact_priority */
export const CompactPriority = { syncFull: 0, syncLight: 1, async: 2 } as const;
/** One of {@link CompactPriority}. */
export type CompactPriority = (typeof CompactPriority)[keyof typeof CompactPriority];

/**
 * Compacts in the thread that wants a block, zone by zone until there is one, then tries to allocate it. While it runs the
 * thread never sleeps on a page lock: it may hold some further up.
 *
 * @param allocate Tries to take the block; gives its first frame or -1.
 * @kernel mm/page_alloc.c __alloc_pages_direct_compact
 * @returns The first frame, or -1.
 */
export function* tryToCompactPages(
  kernel: Kernel,
  request: PageRequest,
  priority: CompactPriority,
  allocate: () => Op<number>,
): Op<number> {
  const { events, vmstat, machine, memory } = kernel;
  if (events.listenerCount('mm_compaction_try_to_compact_pages') > 0) {
    events.emit('mm_compaction_try_to_compact_pages', { order: request.order, gfp: request.gfp, priority });
  }
  const thread = machine.current!;
  thread.inReclaim = true;
  const result = yield* compactZones(kernel, request, priority);
  thread.inReclaim = false;
  if (result === CompactResult.skipped) return -1;
  vmstat.add('compact_stall', 1);
  const pfn = yield* allocate();
  vmstat.add(pfn < 0 ? 'compact_fail' : 'compact_success', 1);
  if (pfn >= 0) {
    const zone = memory.zoneOf(pfn);
    yield* zone.write(ZoneWord.skipFlush, 0);
    yield* resetDeferral(kernel, zone, request.order, true);
  }
  return pfn;
}

/** @kernel mm/compaction.c try_to_compact_pages */
function* compactZones(kernel: Kernel, request: PageRequest, priority: CompactPriority): Op<CompactResult> {
  const { order, node, thisNode, nodeMask, highestZone } = request;
  let result: CompactResult = CompactResult.skipped;
  for (const zone of kernel.memory.zonelist(node)) {
    if (zone.type > highestZone || (thisNode && zone.node !== node)) continue;
    if (nodeMask !== null && !nodeMask.includes(zone.node)) continue;
    if (priority !== CompactPriority.syncFull && (yield* compactionDeferred(kernel, zone, order))) {
      result = greater(result, CompactResult.deferred);
      continue;
    }
    const status = yield* compactZoneOrder(kernel, zone, request, priority);
    result = greater(result, status);
    if (status === CompactResult.success) {
      yield* resetDeferral(kernel, zone, order, false);
      break;
    }
    const scanned = status === CompactResult.complete || status === CompactResult.partialSkipped;
    if (priority !== CompactPriority.async && scanned) yield* deferCompaction(kernel, zone, order);
  }
  return result;
}

/** @kernel mm/compaction.c compact_zone_order */
function* compactZoneOrder(
  kernel: Kernel,
  zone: Zone,
  request: PageRequest,
  priority: CompactPriority,
): Op<CompactResult> {
  const full = priority === CompactPriority.syncFull;
  const cc = new CompactControl(kernel, zone, {
    order: request.order,
    mode: priority === CompactPriority.async ? MigrateMode.async : MigrateMode.syncLight,
    migrateType: request.migrateType,
    fs: mayTouchFiles(request.gfp),
    highestZone: request.highestZone,
    direct: true,
    wholeZone: full,
    ignoreSkipHint: full,
    ignoreBlockSuitable: full,
  });
  const status = yield* compactZone(cc);
  cc.dispose();
  return status;
}

function greater(a: CompactResult, b: CompactResult): CompactResult {
  return a > b ? a : b;
}
