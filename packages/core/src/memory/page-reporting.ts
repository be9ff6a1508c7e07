import {
  HANDLE,
  MayBlock,
  word,
  workQueue,
  type Op,
  type Word,
  type Work,
  type WorkQueue,
} from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { Kernel } from '../kernel.js';
import type { ZoneAllocator } from './zone-allocator.js';
import { isolateFreeBlock } from './isolate-free-block.js';
import { MIGRATE_TYPES, MigrateType } from './migrate-type.js';
import { markOf, zoneWatermarkOk } from './watermark-ok.js';
import { ZoneType } from './zone-type.js';
import { ZoneWord, type Zone } from './zone.js';

/** Blocks that a host is told of at a time, unless said otherwise. @kernel include/linux/page_reporting.h PAGE_REPORTING_CAPACITY */
const CAPACITY = 32;

/** A free block that is off the free lists while its host hears of it. @since 0.1.0 */
export interface FreeBlock {
  readonly pfn: number;
  /** It has 2 to the power of this pages. */
  readonly order: number;
}

/** Who tells a host which memory is free. @kernel include/linux/page_reporting.h struct page_reporting_dev_info @since 0.1.0 */
export interface PageReportingDevice {
  readonly name: string;
  /**
   * Tells the host of blocks and waits until it knows: until this returns, and no longer, the host may take their memory.
   * May sleep.
   *
   * @returns 0, or a negative error: the blocks count as not reported.
   */
  report(blocks: readonly FreeBlock[]): Op<number>;
}

/** How free blocks are reported. @since 0.1.0 */
export interface PageReportingOptions {
  /** The least order that is worth it. Default: a page block. */
  readonly order?: number;
  /** Blocks that a host is told of at a time. Default 32. */
  readonly capacity?: number;
}

/**
 * Tells a host which memory is free, so that it can use it meanwhile. A worker takes free blocks off the free lists, has
 * the device report them, and puts them back at the end of their lists with a mark, which they lose when somebody takes
 * them or they merge. Freeing a block of the order asks for another round; the kernel's begins two seconds later, here the
 * worker comes as late as can be.
 *
 * Made in the constructor of its device's driver. Only with the `buddy` option is there anything to report.
 *
 * @kernel mm/page_reporting.c
 * @since 0.1.0
 */
export class PageReporting {
  declare readonly [HANDLE]: true;
  private readonly order: number;
  private readonly capacity: number;
  private readonly enabled: Word;
  private readonly queue: WorkQueue;
  private readonly work: Work;
  private readonly allocator: ZoneAllocator | null;

  /**
   * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`.
   */
  constructor(
    private readonly kernel: Kernel,
    private readonly device: PageReportingDevice,
    options: PageReportingOptions = {},
  ) {
    this.order = options.order ?? kernel.memory.blocks?.order ?? 0;
    this.capacity = options.capacity ?? CAPACITY;
    this.enabled = word('page reporting enabled');
    this.queue = workQueue('page reporting');
    this.work = this.queue.work('page_reporting_process', () => this.process());
    this.allocator = kernel.allocator.zoneAllocator;
    if (this.allocator !== null && this.allocator.reporting === null) this.allocator.reporting = this;
  }

  /**
   * Begins to report what is free. Never sleeps.
   *
   * @kernel mm/page_reporting.c page_reporting_register
   * @returns 0, `-EBUSY` if the kernel has a device already, `-ENODEV` in a machine without a buddy allocator.
   */
  *register(): Op<number> {
    if (this.allocator === null) return -Errno.ENODEV;
    if (this.allocator.reporting !== this) return -Errno.EBUSY;
    yield* this.enabled.store(1);
    yield* this.queue.queueWork(this.work);
    return 0;
  }

  /** Ends it: afterwards the device is not asked and no call of it is under way. May sleep. @kernel mm/page_reporting.c page_reporting_unregister */
  *unregister(): Op<void> {
    yield* this.enabled.store(0);
    yield* this.queue.cancelWorkSync(this.work);
  }

  /** Whether it is registered, as it is. For reports. */
  get registered(): boolean {
    return this.enabled.peek() === 1;
  }

  /** @internal A block was freed that has now this order. Never sleeps. @kernel mm/page_reporting.h page_reporting_notify_free */
  *notifyFree(order: number): Op<void> {
    if (order < this.order || (yield* this.enabled.load()) === 0) return;
    yield* this.queue.queueWork(this.work);
  }

  /** @kernel mm/page_reporting.c page_reporting_process */
  private *process(): Op<void> {
    // Whoever freed a block may have looked before it was switched off.
    if ((yield* this.enabled.load()) === 0) return;
    for (const zone of this.kernel.memory.zones) if ((yield* this.processZone(zone)) !== 0) return;
  }

  /** @kernel mm/page_reporting.c page_reporting_process_zone */
  private *processZone(zone: Zone): Op<number> {
    const { maxOrder } = zone.buddy!;
    yield* zone.look();
    // Not so many that those who need memory meanwhile do not find it.
    const mark = markOf(zone, ZoneWord.low) + (this.capacity << this.order);
    const question = { order: 0, mark, highestZone: ZoneType.dma, cma: true };
    if (!zoneWatermarkOk(zone, { ...question, reserves: false, nonBlocking: false })) return 0;
    const batch: FreeBlock[] = [];
    for (let order = this.order; order <= maxOrder; order++) {
      for (let type = 0; type < MIGRATE_TYPES; type++) {
        if (type === MigrateType.isolate) continue;
        const rc = yield* this.cycle(zone, order, type as MigrateType, batch);
        if (rc !== 0) return rc;
      }
    }
    return batch.length === 0 ? 0 : yield* this.report(zone, batch);
  }

  /**
   * Goes through the free blocks of an order and type; reports whenever the batch is full. May leave some in the batch,
   * none if it fails.
   *
   * @kernel mm/page_reporting.c page_reporting_cycle
   */
  private *cycle(zone: Zone, order: number, type: MigrateType, batch: FreeBlock[]): Op<number> {
    const { areas } = zone.buddy!;
    const blocks = this.kernel.memory.blocks!;
    yield* zone.step();
    // A list that others use all the time must not keep it for ever.
    let budget = Math.ceil(areas.count(order, type) / (this.capacity * 16));
    for (let pfn = areas.first(order, type); pfn >= 0;) {
      const next = areas.next(pfn);
      if (areas.isReported(pfn)) {
        pfn = next;
      } else if (batch.length < this.capacity) {
        if (!isolateFreeBlock(blocks, zone, pfn, order)) return 0;
        batch.push({ pfn, order });
        pfn = next;
      } else {
        const rc = yield* this.report(zone, batch);
        if (rc !== 0) return rc;
        if (budget-- === 0) {
          yield* this.queue.queueWork(this.work);
          return 0;
        }
        yield* zone.step();
        pfn = areas.first(order, type);
      }
    }
    return 0;
  }

  /** Reports a batch and puts it back. @kernel mm/page_reporting.c page_reporting_drain */
  private *report(zone: Zone, batch: FreeBlock[]): Op<number> {
    const { machine } = this.kernel;
    const { areas } = zone.buddy!;
    machine.enterScope('driver', `${this.device.name}.report`, MayBlock.yes);
    const rc = yield* this.device.report(batch);
    machine.leaveScope();
    yield* zone.step();
    for (const { pfn, order } of batch) {
      zone.buddy!.free(pfn, order, true);
      // What has merged with others is not what the host has heard of.
      if (rc === 0 && areas.isHead(pfn) && areas.orderOf(pfn) === order) areas.markReported(pfn);
    }
    batch.length = 0;
    return rc;
  }
}

Object.defineProperty(PageReporting.prototype, HANDLE, { value: true });
