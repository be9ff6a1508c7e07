import { MachineError, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { Kernel } from '../kernel.js';
import { checkBuddy } from '../memory/check-buddy.js';
import { isMigrateMovable, MigrateType } from '../memory/migrate-type.js';
import { migrateContigRange } from './migrate-contig-range.js';
import { startIsolatePageRange, undoIsolatePageRange } from './isolate-page-range.js';
import { rangeIsIsolated } from './range-is-isolated.js';

/**
 * Makes a range of page frames free and allocates it: isolates its page blocks, has every page in it moved elsewhere, and
 * takes it off the free lists if that left nobody. Each page then has one reference. May sleep.
 *
 * @param end One past the last page. The range lies in one zone.
 * @param migrateType The type of its page blocks: movable, or CMA.
 * @kernel mm/page_alloc.c alloc_contig_range
 * @returns 0; `-EBUSY`: a page is in use still; `-ENOMEM`: no targets, or a driver said so. Pages may have moved either way.
 * @throws MachineError `MP_PARAMETER` (no such range, a type that cannot move, or no buddy
 *   allocator).
 * @since 0.1.0
 */
export function* allocContigRange(
  kernel: Kernel,
  start: number,
  end: number,
  migrateType: MigrateType = MigrateType.movable,
): Op<number> {
  checkBuddy(kernel, 'a contiguous range');
  checkRange(kernel, start, end);
  checkType(kernel, migrateType);
  const { allocator, memory } = kernel;
  const rc = yield* startIsolatePageRange(kernel, start, end, { migrateType });
  if (rc !== 0) return rc;
  for (const zone of memory.zones) yield* allocator.zoneAllocator!.drain(zone);
  let result = yield* migrateContigRange(kernel, start, end);
  // Busy or not is decided by who is left, not by how the migration went.
  if (result === 0 || result === -Errno.EBUSY) {
    for (const zone of memory.zones) yield* allocator.zoneAllocator!.drain(zone);
    result = (yield* rangeIsIsolated(kernel, start, end))
      ? yield* takeRange(kernel, start, end)
      : -Errno.EBUSY;
  }
  yield* undoIsolatePageRange(kernel, start, end, { migrateType });
  return result;
}

/**
 * Drops the references of a range from {@link allocContigRange}. Never sleeps.
 *
 * @kernel mm/page_alloc.c free_contig_range
 * @since 0.1.0
 */
export function* freeContigRange(kernel: Kernel, start: number, end: number): Op<void> {
  for (let pfn = start; pfn < end; pfn++) yield* kernel.page(pfn).put();
}

/**
 * Takes the free blocks that a range lies in, and gives back what they have beyond it.
 *
 * @kernel mm/compaction.c isolate_freepages_range
 */
function* takeRange(kernel: Kernel, start: number, end: number): Op<number> {
  const { allocator, memory, vmstat } = kernel;
  let first = start;
  for (let pfn = start; pfn < end;) {
    const zone = memory.zoneOf(pfn);
    yield* zone.step();
    const head = zone.buddy!.headOf(pfn);
    if (head < 0) {
      // Somebody was quicker than the test.
      yield* freeContigRange(kernel, first, pfn);
      return -Errno.EBUSY;
    }
    if (pfn === start) first = head;
    const order = zone.buddy!.areas.remove(head);
    yield* allocator.claimSingles(head, order);
    vmstat.add('compact_isolated', 1 << order);
    pfn = head + (1 << order);
    if (pfn > end) yield* freeContigRange(kernel, end, pfn);
  }
  yield* freeContigRange(kernel, first, start);
  return 0;
}

function checkRange(kernel: Kernel, start: number, end: number): void {
  const { frames, machine, memory } = kernel;
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  const there = whole && start >= 0 && start < end && end <= frames.count;
  if (there && memory.zoneOf(start) === memory.zoneOf(end - 1)) return;
  machine.misuse(
    new MachineError(
      'MP_PARAMETER',
      `pages ${start} to ${end - 1} are no range of one zone; the zones are ${memory.zones.map((zone) => `${zone.startPfn} to ${zone.endPfn - 1}`).join(', ')}`,
      { subject: 'page range', here: machine.site(), received: `${start} to ${end - 1}` },
    ),
  );
}

/** Blocks of other types are full of pages that cannot move. */
function checkType(kernel: Kernel, migrateType: MigrateType): void {
  if (isMigrateMovable(migrateType)) return;
  const { machine } = kernel;
  machine.misuse(
    new MachineError(
      'MP_PARAMETER',
      `a contiguous range is made of blocks whose pages can move, not of type ${migrateType}; give MigrateType.movable or MigrateType.cma`,
      { subject: 'migrateType', here: machine.site(), received: String(migrateType) },
    ),
  );
}
