import {
  choose,
  Errno,
  shared,
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
  private readonly state = shared({ registered: false });
  private readonly notifier: OomNotifier;
  private readonly shrinker: Shrinker;

  constructor(
    private readonly kernel: KernelService,
    private readonly options: BalloonOptions,
    balloon: Deflatable,
  ) {
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

  /** Takes part from here on, if the options say so. Gives 0, or `-ENOMEM`. Never sleeps. */
  *register(): Op<number> {
    const { kernel, options, state } = this;
    if (options.deflateOn === 'request') return 0;
    if ((yield* choose(REGISTER_FAILS, 2)) === 1) return -Errno.ENOMEM;
    if (options.deflateOn === 'oom') kernel.registerOomNotifier(this.notifier);
    else kernel.registerShrinker(this.shrinker);
    state.registered = true;
    return 0;
  }

  /**
   * Takes no part any more: afterwards nobody calls, and no call is under way. May sleep.
   *
   * Locks: not `balloon_lock`, for which a call that this waits for may wait.
   */
  *unregister(): Op<void> {
    const { reclaim } = this.kernel;
    if (!this.state.registered) return;
    this.state.registered = false;
    if (this.options.deflateOn === 'oom') return yield* reclaim.unregisterOomNotifier(this.notifier);
    reclaim.unregisterShrinker(this.shrinker);
    yield* reclaim.synchronizeShrinkers();
  }
}
