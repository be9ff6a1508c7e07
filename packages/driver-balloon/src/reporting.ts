import {
  choose,
  Errno,
  PageReporting,
  shared,
  type FreeBlock,
  type KernelService,
  type Op,
} from '@movable-pages/core';
import { HOST_FAILS } from './host.js';
import type { BalloonOptions } from './options.js';
import { VirtQueue } from './virt-queue.js';

/** Asked when reporting begins. 1: there is no memory for that. */
const REPORTING_FAILS = 'balloon cannot report free pages';

/**
 * Tells the host of free memory, over a queue of its own: it needs no lock of the balloon's, since one worker reports. The
 * host drops what the blocks hold before it answers.
 *
 * @kernel drivers/virtio/virtio_balloon.c virtballoon_free_page_report
 * @since 0.1.0
 */
export class BalloonReporting {
  private readonly kernel: KernelService;
  private readonly reporting: PageReporting;
  private readonly request = shared({ blocks: [] as { pfn: number; pages: number }[] });
  private readonly queue: VirtQueue;

  /** Made in the constructor of its driver, like everything that executions start from. */
  constructor(kernel: KernelService, options: BalloonOptions) {
    this.kernel = kernel;
    const device = { name: 'balloon', report: (blocks: readonly FreeBlock[]) => this.report(blocks) };
    this.reporting = new PageReporting(kernel, Object.freeze(device), {
      capacity: options.reportingCapacity,
    });
    this.queue = new VirtQueue('balloon reporting host', () => this.serve(options.hostFails));
    Object.freeze(this);
  }

  /** Begins. Never sleeps. Gives 0, `-ENOMEM`, `-EBUSY` (the kernel reports to another device) or `-ENODEV` (it has no blocks). */
  *start(): Op<number> {
    if ((yield* choose(REPORTING_FAILS, 2)) === 1) return -Errno.ENOMEM;
    return yield* this.reporting.register();
  }

  /** Ends: afterwards no report is under way. May sleep. */
  stop(): Op<void> {
    return this.reporting.unregister();
  }

  private *report(blocks: readonly FreeBlock[]): Op<number> {
    const { request } = this;
    for (const { pfn, order } of blocks) request.blocks.push(Object.freeze({ pfn, pages: 1 << order }));
    const status = yield* this.queue.kick();
    request.blocks.length = 0;
    return status;
  }

  private *serve(fails: boolean): Op<number> {
    if (fails && (yield* choose(HOST_FAILS, 2)) === 1) return -Errno.EIO;
    for (const { pfn, pages } of this.request.blocks)
      for (let at = pfn; at < pfn + pages; at++) this.kernel.contents.zero(at);
    return 0;
  }
}
