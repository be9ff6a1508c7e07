import { OpKind, type Op } from '@movable-pages/machine';
import { CompactPriority, tryToCompactPages } from '../compact/try-to-compact-pages.js';
import type { Kernel } from '../kernel.js';
import { PAGE_ALLOC_COSTLY_ORDER } from './costly-order.js';
import type { FreeList } from './free-list.js';
import { mayOom } from './may-oom.js';
import type { MemoryPressure } from './memory-pressure.js';
import { MigrateType, PCP_TYPES } from './migrate-type.js';
import type { PageReporting } from './page-reporting.js';
import type { PageRequest } from './page-request.js';
import { markOf, zoneWatermarkOk } from './watermark-ok.js';
import { ZoneWord, type Zone } from './zone.js';

/** How often an allocation has memory reclaimed for it. @kernel mm/internal.h MAX_RECLAIM_RETRIES */
const MAX_RECLAIM_RETRIES = 16;
/** No mark at all: for those who free memory. @kernel mm/internal.h ALLOC_NO_WATERMARKS */
const NO_WATERMARKS = -1;

/**
 * Takes blocks from the zones and gives them back, through the lists of the processors if there are any.
 *
 * @kernel mm/page_alloc.c
 */
export class ZoneAllocator {
  /** Who finds memory when there is none. */
  pressure: MemoryPressure | null = null;
  /** Who tells a host of free blocks. */
  reporting: PageReporting | null = null;

  constructor(private readonly kernel: Kernel) {}

  /**
   * Finds a block: above the low marks, then above the least, then by reclaim and compaction if the request may sleep.
   *
   * @kernel mm/page_alloc.c __alloc_pages
   * @returns Its first frame, or -1.
   */
  *allocate(request: PageRequest, cpu: number): Op<number> {
    const { pressure } = this;
    let pfn = yield* this.fromFreeLists(request, cpu, ZoneWord.low);
    if (pfn >= 0) return pfn;
    if (pressure !== null) yield* pressure.wakeKswapd(request.node, request.order);
    pfn = yield* this.fromFreeLists(request, cpu, ZoneWord.min);
    if (pfn >= 0) return pfn;
    if (this.kernel.machine.current!.inReclaim) return yield* this.fromFreeLists(request, cpu, NO_WATERMARKS);
    return request.gfp.maySleep ? yield* this.withEffort(request, cpu) : -1;
  }

  /** @kernel mm/page_alloc.c __alloc_pages_slowpath */
  private *withEffort(request: PageRequest, cpu: number): Op<number> {
    const { order, gfp, migrateType } = request;
    const costly = order > PAGE_ALLOC_COSTLY_ORDER;
    let pfn = -1;
    if (order > 0 && (costly || migrateType !== MigrateType.movable))
      pfn = yield* this.compactFor(request, cpu, CompactPriority.async);
    if (pfn < 0) pfn = yield* this.reclaimFor(request, cpu);
    if (pfn < 0 && order > 0) pfn = yield* this.compactFor(request, cpu, CompactPriority.syncLight);
    if (pfn < 0 && order > 0 && !costly && gfp.noRetry !== true)
      pfn = yield* this.compactFor(request, cpu, CompactPriority.syncFull);
    return pfn;
  }

  /** @kernel mm/page_alloc.c __alloc_pages_direct_reclaim */
  private *reclaimFor(request: PageRequest, cpu: number): Op<number> {
    const { pressure } = this;
    const { memory } = this.kernel;
    if (pressure === null) return -1;
    const { node, order, gfp } = request;
    const retries = gfp.noRetry === true || order > PAGE_ALLOC_COSTLY_ORDER ? 1 : MAX_RECLAIM_RETRIES;
    for (let retry = 0; retry < retries; retry++) {
      const freed = yield* pressure.directReclaim(node, order, gfp);
      let pfn = yield* this.fromFreeLists(request, cpu, ZoneWord.min);
      if (pfn < 0 && freed > 0 && memory.settings!.perCpu !== undefined) {
        // What was freed may be at hand for some processor.
        for (const zone of memory.zones) yield* this.drain(zone);
        pfn = yield* this.fromFreeLists(request, cpu, ZoneWord.min);
      }
      if (pfn >= 0) return pfn;
      if (freed > 0) continue;
      if (order > 0 || !mayOom(request) || !(yield* pressure.outOfMemory(node, order, gfp))) return -1;
    }
    return -1;
  }

  /** @kernel mm/page_alloc.c __alloc_pages_direct_compact */
  private *compactFor(request: PageRequest, cpu: number, priority: CompactPriority): Op<number> {
    return yield* tryToCompactPages(this.kernel, request, priority, () =>
      this.fromFreeLists(request, cpu, ZoneWord.min),
    );
  }

  /**
   * Goes through the zonelist for a block above a mark.
   *
   * @kernel mm/page_alloc.c get_page_from_freelist
   */
  *fromFreeLists(request: PageRequest, cpu: number, mark: number): Op<number> {
    const { node, thisNode, nodeMask, highestZone } = request;
    for (const zone of this.kernel.memory.zonelist(node)) {
      if (zone.type > highestZone || (thisNode && zone.node !== node)) continue;
      if (nodeMask !== null && !nodeMask.includes(zone.node)) continue;
      const pfn = yield* this.fromZone(zone, request, cpu, mark);
      if (pfn >= 0) return pfn;
    }
    return -1;
  }

  /** @kernel mm/page_alloc.c rmqueue */
  private *fromZone(zone: Zone, request: PageRequest, cpu: number, mark: number): Op<number> {
    const list =
      request.order === 0 && request.migrateType < PCP_TYPES
        ? zone.cpuLists[cpu]?.[request.migrateType]
        : undefined;
    if (list !== undefined) return yield* this.fromCpuList(zone, list, request, mark);
    yield* zone.step();
    return this.mayTake(zone, request, mark) ? this.takeBlock(zone, request.order, request.migrateType) : -1;
  }

  /** @kernel mm/page_alloc.c rmqueue_pcplist */
  private *fromCpuList(zone: Zone, list: FreeList, request: PageRequest, mark: number): Op<number> {
    const { machine, memory } = this.kernel;
    // What is at hand counts as in use: it is no more to be had below the mark than what is free.
    yield* zone.look();
    if (!this.mayTake(zone, request, mark)) return -1;
    yield* machine.makeOp(OpKind.fetchAdd, list.at, 0, 0);
    const pfn = list.pop();
    if (pfn >= 0) return pfn;
    yield* zone.step();
    const taken: number[] = [];
    const { batch } = memory.settings!.perCpu!;
    while (taken.length < batch) {
      const one = this.takeBlock(zone, 0, request.migrateType);
      if (one < 0) break;
      taken.push(one);
    }
    if (taken.length > 1) {
      yield* machine.makeOp(OpKind.fetchAdd, list.at, 0, 0);
      for (let at = 1; at < taken.length; at++) list.push(taken[at]!);
    }
    return taken[0] ?? -1;
  }

  private mayTake(zone: Zone, request: PageRequest, mark: number): boolean {
    if (mark === NO_WATERMARKS) return true;
    return zoneWatermarkOk(zone, {
      order: request.order,
      mark: markOf(zone, mark),
      highestZone: request.highestZone,
      cma: request.migrateType === MigrateType.movable,
      reserves: request.gfp.reserves === true && mark === ZoneWord.min,
      nonBlocking: !request.gfp.maySleep,
    });
  }

  /**
   * Takes a block of a type, from CMA or other types if need be, in a step of the zone.
   *
   * @kernel mm/page_alloc.c __rmqueue
   */
  private takeBlock(zone: Zone, order: number, type: MigrateType): number {
    const buddy = zone.buddy!;
    const movable = type === MigrateType.movable;
    // More than half of what is free is CMA: use that, and leave the rest to those who cannot.
    if (movable && zone.peek(ZoneWord.freeCma) > zone.peek(ZoneWord.free) / 2) {
      const pfn = buddy.take(order, MigrateType.cma);
      if (pfn >= 0) return pfn;
    }
    let pfn = buddy.take(order, type);
    if (pfn < 0 && movable) pfn = buddy.take(order, MigrateType.cma);
    if (pfn < 0 && this.kernel.memory.stealOf(zone).fallBack(order, type)) pfn = buddy.take(order, type);
    return pfn;
  }

  /**
   * Gives a block back. Never sleeps.
   *
   * @kernel mm/page_alloc.c free_unref_page, __free_pages_ok
   * @returns The order of the largest block that has come of it; -1 if it is only at hand.
   */
  *free(pfn: number, order: number, cpu: number): Op<number> {
    const { machine, memory } = this.kernel;
    const zone = memory.zoneOf(pfn);
    const perCpu = memory.settings!.perCpu;
    if (order === 0 && perCpu !== undefined && !memory.cpuListsOff) {
      const type = memory.blocks!.typeOf(pfn);
      // Pages of isolated blocks go straight back; those of rare types are kept as movable ones.
      if (type !== MigrateType.isolate) {
        const list = zone.cpuLists[cpu]![type < PCP_TYPES ? type : MigrateType.movable]!;
        yield* machine.makeOp(OpKind.fetchAdd, list.at, 0, 0);
        list.push(pfn);
        return list.length > perCpu.high ? yield* this.drainList(zone, list, perCpu.batch) : -1;
      }
    }
    yield* zone.step();
    return zone.buddy!.free(pfn, order);
  }

  /** Gives what is on the lists of all processors for a zone back. Never sleeps. @kernel mm/page_alloc.c drain_all_pages */
  *drain(zone: Zone): Op<void> {
    if (this.kernel.memory.settings?.perCpu === undefined) return;
    for (const lists of zone.cpuLists)
      for (const list of lists) {
        const largest = yield* this.drainList(zone, list, Infinity);
        if (this.reporting !== null) yield* this.reporting.notifyFree(largest);
      }
  }

  /** @kernel mm/page_alloc.c free_pcppages_bulk */
  private *drainList(zone: Zone, list: FreeList, most: number): Op<number> {
    yield* this.kernel.machine.makeOp(OpKind.fetchAdd, list.at, 0, 0);
    const pfns: number[] = [];
    for (let pfn = list.pop(); pfn >= 0; pfn = list.pop()) {
      pfns.push(pfn);
      if (pfns.length >= most) break;
    }
    let largest = -1;
    if (pfns.length === 0) return largest;
    yield* zone.step();
    for (const pfn of pfns) largest = Math.max(largest, zone.buddy!.free(pfn, 0));
    return largest;
  }
}
