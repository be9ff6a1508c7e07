// mutate-ignore-file: no shape of the balloon that is judged reports: its worker multiplies the schedules
import {
  choose,
  Errno,
  PageReporting,
  type FreeBlock,
  type KernelService,
  type Op,
} from '@movable-pages/core';
import { ReportingHost } from './host.js';
import type { BalloonOptions } from './options.js';

/** Asked when reporting begins. 1: there is no memory for that. */
const REPORTING_FAILS = 'balloon cannot report free pages';

/**
 * Tells the host of free memory, over a queue of its own: it needs no lock of the balloon's, since one worker reports.
 *
 * @kernel drivers/virtio/virtio_balloon.c virtballoon_free_page_report
 * @since 0.1.0
 */
export class BalloonReporting {
  private readonly reporting: PageReporting;

  /** Made in the constructor of its driver, like everything that executions start from. */
  constructor(kernel: KernelService, options: BalloonOptions) {
    const host = new ReportingHost(kernel, options.hostFails);
    const device = { name: 'balloon', report: (blocks: readonly FreeBlock[]) => host.tellFree(blocks) };
    this.reporting = new PageReporting(kernel, Object.freeze(device), {
      capacity: options.reportingCapacity,
    });
    Object.freeze(this);
  }

  /** Begins. Never sleeps. Gives 0, `-ENOMEM` or `-EBUSY` (the kernel reports to another device). */
  *start(): Op<number> {
    // mutate-ignore wrong-errno: whoever probes asks only whether it failed
    if ((yield* choose(REPORTING_FAILS, 2)) === 1) return -Errno.ENOMEM;
    const rc = yield* this.reporting.register();
    // A machine without blocks has nothing to report: the balloon does without.
    return rc === -Errno.ENODEV ? 0 : rc;
  }

  /** Ends: afterwards no report is under way. May sleep. */
  stop(): Op<void> {
    return this.reporting.unregister();
  }
}
