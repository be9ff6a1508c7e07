import type { Op } from '@movable-pages/machine';

/** What happens to memory. @kernel include/linux/memory.h MEM_GOING_OFFLINE @since 0.1.0 */
export type MemoryAction = 'going-offline' | 'cancel-offline' | 'offline' | 'online';

/** Which memory. @kernel include/linux/memory.h struct memory_notify @since 0.1.0 */
export interface MemoryNotice {
  readonly action: MemoryAction;
  readonly startPfn: number;
  readonly pages: number;
}

/** Whom it is told to. Gives 0, or a negative error, which keeps memory that is going offline. May sleep. @since 0.1.0 */
export type MemoryNotifier = (notice: MemoryNotice) => Op<number>;

/**
 * Those who want to be told when memory goes offline, in the order in which they asked. Registered in construction.
 *
 * @kernel drivers/base/memory.c register_memory_notifier
 * @since 0.1.0
 */
export class MemoryNotifierChain {
  private readonly notifiers: MemoryNotifier[] = [];

  /** Joins the chain. */
  register(notifier: MemoryNotifier): void {
    this.notifiers.push(notifier);
  }

  /** @internal Tells all, until one objects. */
  *call(notice: MemoryNotice): Op<number> {
    for (const notifier of this.notifiers) {
      const rc = yield* notifier(notice);
      if (rc !== 0) return rc;
    }
    return 0;
  }
}
