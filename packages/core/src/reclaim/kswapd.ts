import { kthread, type KThread, type Op } from '@movable-pages/machine';
import { settleAfterReclaim } from '../compact/settle-after-reclaim.js';
import type { Kernel } from '../kernel.js';

/** When kswapd of a node goes to work. @since 0.1.0 */
export interface KswapdOptions {
  readonly node: number;
  /** It goes on until so many pages of the node are free. */
  readonly high: number;
}

/** The least urgent round. */
const DEF_PRIORITY = 12;

/**
 * Declares the thread that reclaims a node in the background: it sleeps until an allocation finds the node short of memory,
 * then frees pages, in rounds that are more and more urgent, until there are enough. Part of a machine's construction; a daemon.
 *
 * @kernel mm/vmscan.c kswapd
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`.
 * @since 0.1.0
 */
export function kswapd(kernel: Kernel, { node, high }: KswapdOptions): KThread {
  return kthread(`kswapd${node}`, { party: 'vm', daemon: true }, function* () {
    const queue = kernel.reclaim.queueOf(node);
    for (;;) {
      yield* queue.prepareToWait();
      yield* queue.sleep();
      kernel.vmstat.add('pageoutrun', 1);
      yield* balance(kernel, node, high);
      yield* settleAfterReclaim(kernel, node);
      yield* wakeKcompactd(kernel, node);
    }
  });
}

/**
 * Single pages are there by now: to make blocks of them is somebody else's work, if there is one.
 *
 * @kernel mm/vmscan.c kswapd_try_to_sleep
 */
function* wakeKcompactd(kernel: Kernel, node: number): Op<void> {
  const kcompactd = kernel.kcompactds.get(node);
  if (kcompactd === undefined) return;
  const order = yield* kernel.reclaim.takeOrder(node);
  if (order > 0) yield* kcompactd.wake(order);
}

/** @kernel mm/vmscan.c balance_pgdat */
function* balance(kernel: Kernel, node: number, high: number): Op<void> {
  const thread = kernel.machine.current!;
  thread.inReclaim = true;
  for (let priority = DEF_PRIORITY; priority > 0; priority--) {
    if (kernel.allocator.freePages(node) >= high) break;
    yield* kernel.reclaim.round(node, priority);
  }
  thread.inReclaim = false;
}
