import {
  choose,
  Errno,
  type KernelService,
  type OomNotifier,
  type Op,
  type Shrinker,
} from '@movable-pages/core';
import type { BalloonOptions } from './options.js';

/** Asked when the balloon registers with reclaim. 1: there is no memory for that. */
const REGISTER_FAILS = 'balloon cannot register with reclaim';

/** Of those who are told that memory is out, the balloon comes before most. @kernel drivers/virtio/virtio_balloon.c VIRTIO_BALLOON_OOM_NOTIFY_PRIORITY */
const PRIORITY = 80;

/** What a balloon can do when memory is short. Both take `balloon_lock`. */
export interface Deflatable {
  /** Pages that it has. May sleep. */
  count(): Op<number>;
  /** Gives back up to so many pages, those that can be had without waiting; gives how many it was. May sleep. */
  give(pages: number): Op<number>;
}

/**
 * The balloon's part in reclaim: it gives pages back when memory is short. Called in the thread that is short, which may
 * be anybody: so nobody may allocate under `balloon_lock`, and nobody who is called here may wait for pages that the VM has
 * isolated, since it may be the thread that has them.
 *
 * @kernel drivers/virtio/virtio_balloon.c virtio_balloon_oom_notify, virtio_balloon_shrinker_scan
 * @since 0.1.0
 */
export class BalloonPressure {
  /** Asked as an OOM notifier; otherwise as a shrinker. */
  private readonly onOom: boolean;
  private readonly notifier: OomNotifier;
  private readonly shrinker: Shrinker;

  constructor(
    private readonly kernel: KernelService,
    options: BalloonOptions,
    balloon: Deflatable,
  ) {
    this.onOom = options.deflateOn === 'oom';
    this.notifier = Object.freeze({
      name: 'balloon',
      priority: PRIORITY,
      notify: () => balloon.give(options.oomPages),
    });
    this.shrinker = Object.freeze({
      name: 'balloon',
      countObjects: () => balloon.count(),
      scanObjects: (_node: number, objects: number) => balloon.give(objects),
    });
    Object.freeze(this);
  }

  /** Takes part from here on. Gives 0, or `-ENOMEM`. Never sleeps. */
  *register(): Op<number> {
    const { kernel } = this;
    // mutate-ignore wrong-errno: whoever probes asks only whether it failed
    if ((yield* choose(REGISTER_FAILS, 2)) === 1) return -Errno.ENOMEM;
    if (this.onOom) kernel.registerOomNotifier(this.notifier);
    else kernel.registerShrinker(this.shrinker);
    return 0;
  }

  /**
   * Takes no part any more: afterwards nobody calls, and no call is under way. May sleep.
   *
   * Locks: not `balloon_lock`, for which a call that this waits for may wait.
   */
  *unregister(): Op<void> {
    const { reclaim } = this.kernel;
    if (this.onOom) return yield* reclaim.unregisterOomNotifier(this.notifier);
    reclaim.unregisterShrinker(this.shrinker);
    yield* reclaim.synchronizeShrinkers();
  }
}
