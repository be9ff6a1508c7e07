import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { ZoneWord, type Zone } from '../memory/zone.js';

/** At most so many attempts are left out after a failure, as a power of 2. @kernel include/linux/compaction.h COMPACT_MAX_DEFER_SHIFT */
const MAX_DEFER_SHIFT = 6;

/**
 * Whether compaction of a zone for an order is to be left out because it failed lately. Counts the attempt.
 *
 * @kernel mm/compaction.c compaction_deferred
 * @since 0.1.0
 */
export function* compactionDeferred(kernel: Kernel, zone: Zone, order: number): Op<boolean> {
  if (order < (yield* zone.read(ZoneWord.compactOrderFailed))) return false;
  const limit = 1 << (yield* zone.read(ZoneWord.compactDeferShift));
  const considered = (yield* zone.read(ZoneWord.compactConsidered)) + 1;
  yield* zone.write(ZoneWord.compactConsidered, Math.min(considered, limit));
  if (considered >= limit) return false;
  emitDefer(kernel, 'mm_compaction_deferred', zone, order);
  return true;
}

/**
 * Has the next attempts left out, twice as many as the last time.
 *
 * @kernel mm/compaction.c defer_compaction
 * @since 0.1.0
 */
export function* deferCompaction(kernel: Kernel, zone: Zone, order: number): Op<void> {
  const shift = yield* zone.read(ZoneWord.compactDeferShift);
  yield* zone.write(ZoneWord.compactConsidered, 0);
  yield* zone.write(ZoneWord.compactDeferShift, Math.min(shift + 1, MAX_DEFER_SHIFT));
  if (order < (yield* zone.read(ZoneWord.compactOrderFailed)))
    yield* zone.write(ZoneWord.compactOrderFailed, order);
  emitDefer(kernel, 'mm_compaction_defer_compaction', zone, order);
}

/**
 * Takes back what {@link deferCompaction} did, for orders up to this one.
 *
 * @param allocated Whether the allocation succeeded; if not, it will only probably.
 * @kernel mm/compaction.c compaction_defer_reset
 * @since 0.1.0
 */
export function* resetDeferral(kernel: Kernel, zone: Zone, order: number, allocated: boolean): Op<void> {
  if (allocated) {
    yield* zone.write(ZoneWord.compactConsidered, 0);
    yield* zone.write(ZoneWord.compactDeferShift, 0);
  }
  if (order >= (yield* zone.read(ZoneWord.compactOrderFailed)))
    yield* zone.write(ZoneWord.compactOrderFailed, order + 1);
  emitDefer(kernel, 'mm_compaction_defer_reset', zone, order);
}

/**
 * Whether the most attempts that can be were left out: then the scanners look at every block again.
 *
 * @kernel mm/compaction.c compaction_restarting
 */
export function* compactionRestarting(zone: Zone, order: number): Op<boolean> {
  if (order < (yield* zone.read(ZoneWord.compactOrderFailed))) return false;
  if ((yield* zone.read(ZoneWord.compactDeferShift)) < MAX_DEFER_SHIFT) return false;
  return (yield* zone.read(ZoneWord.compactConsidered)) >= 1 << MAX_DEFER_SHIFT;
}

function emitDefer(
  kernel: Kernel,
  event: 'mm_compaction_deferred' | 'mm_compaction_defer_compaction' | 'mm_compaction_defer_reset',
  zone: Zone,
  order: number,
): void {
  const { events } = kernel;
  if (events.listenerCount(event) === 0) return;
  events.emit(event, {
    node: zone.node,
    zone: zone.name,
    order,
    orderFailed: zone.peek(ZoneWord.compactOrderFailed),
    considered: zone.peek(ZoneWord.compactConsidered),
    shift: zone.peek(ZoneWord.compactDeferShift),
  });
}
