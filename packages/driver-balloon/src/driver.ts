import {
  adjustManagedPageCount,
  DriverOptions,
  Errno,
  Gfp,
  inject,
  KernelService,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  movableDriver,
  MovableMapping,
  mutex,
  PageAllocator,
  shared,
  VmStat,
  type AddressSpaceDriver,
  type Op,
  type Page,
} from '@movable-pages/core';
import { BalloonHost } from './host.js';
import { BALLOON_DEFAULTS, balloonOptions, type BalloonOptions } from './options.js';
import { BalloonPages } from './pages.js';
import { BalloonPressure } from './pressure.js';
import { BalloonReporting } from './reporting.js';
import { balloonWorkload, type BalloonWorkload } from './workload.js';

/** A balloon must not make memory short: it gives up early, and calls nobody for help. @kernel drivers/virtio/virtio_balloon.c balloon_page_alloc */
const BALLOON_GFP: Gfp = Object.freeze({
  ...Gfp.highUserMovable,
  name: 'GFP_HIGHUSER_MOVABLE|__GFP_NORETRY',
  noRetry: true,
});

/**
 * A balloon: it takes pages from the guest and lends their memory to the host, and gives them back on demand. It does
 * not care which pages it holds, so they may move.
 *
 * Lock order: `balloon_lock`, then a page lock, then `pages_lock`. Against it only tries: `pages_lock` before a page
 * lock, a page lock before `balloon_lock`. Nobody allocates under any of them.
 *
 * @kernel drivers/virtio/virtio_balloon.c
 * @since 0.1.0
 */
@movableDriver({
  name: 'balloon',
  version: '0.1.0',
  contract: 'a_ops',
  capabilities: ['drops-content', 'unloads-in-use'],
  options: BALLOON_DEFAULTS,
})
export class BalloonDriver implements AddressSpaceDriver {
  /** The other side. */
  readonly host: BalloonHost;
  /** What is in the balloon. */
  readonly pages: BalloonPages;
  /** How it was made. */
  readonly options: BalloonOptions;
  /** One change at a time, from the first page of it to the host's answer. */
  protected readonly balloonLock = mutex('balloon_lock');
  /** Under `balloon_lock`. `numPages` counts listed and isolated pages; once `stopped`, no page comes in. */
  protected readonly state = shared({ numPages: 0, stopped: false });
  /** Its part in reclaim; null unless the options ask for it. */
  protected readonly pressure: BalloonPressure | null;
  /** Tells the host of free memory; null unless the options ask for it. */
  protected readonly reporting: BalloonReporting | null;

  /** Asks for its services by token; the registry calls it. */
  constructor(
    @inject(KernelService) kernel: KernelService,
    @inject(PageAllocator) protected readonly allocator: PageAllocator,
    @inject(MovableMapping) protected readonly mapping: MovableMapping,
    @inject(VmStat) vmstat: VmStat,
    @inject(DriverOptions) options: DriverOptions,
  ) {
    this.options = balloonOptions(options);
    this.host = new BalloonHost(this.options.hostFails);
    this.pages = new BalloonPages(kernel, mapping, vmstat);
    const { deflateOn, freePageReporting } = this.options;
    const deflatable = {
      count: () => this.countPages(),
      give: (pages: number) => this.giveBack(pages),
    };
    this.pressure = deflateOn === 'request' ? null : new BalloonPressure(kernel, this.options, deflatable);
    this.reporting = freePageReporting ? new BalloonReporting(kernel, this.options) : null;
  }

  /** Whether the options ask for more than inflating and deflating: then `probe` comes before all else. */
  get needsProbe(): boolean {
    return this.pressure !== null || this.reporting !== null;
  }

  /**
   * Begins with what the options ask for: the VM, reclaim and the host are told whom to ask. What was registered before a
   * step fails is taken back. Only if {@link BalloonDriver.needsProbe}. May sleep.
   *
   * @returns 0. `-ENOMEM`: no memory for one of them; `-EBUSY`: free pages are reported to another device.
   * @kernel drivers/virtio/virtio_balloon.c virtballoon_probe
   */
  *probe(): Op<number> {
    yield* this.mapping.register();
    let rc = this.pressure === null ? 0 : yield* this.pressure.register();
    if (rc === 0 && this.reporting !== null) {
      rc = yield* this.reporting.start();
      if (rc !== 0 && this.pressure !== null) yield* this.pressure.unregister();
    }
    if (rc !== 0) yield* this.mapping.unregister();
    return rc;
  }

  /**
   * Takes pages into the balloon, up to `arrayPfnsMax` of them. May sleep.
   *
   * @returns How many: fewer if memory is short; none also if the host refuses, or the balloon is being unloaded.
   * @kernel drivers/virtio/virtio_balloon.c fill_balloon
   */
  *inflate(count = 1): Op<number> {
    const batch = yield* this.allocate(Math.min(count, this.options.arrayPfnsMax));
    // mutate-ignore drop-guard: saves a question about no page
    if (batch.length === 0) return 0;
    yield* this.balloonLock.acquire();
    const taken = !this.state.stopped && (yield* this.takeIn(batch));
    yield* this.balloonLock.release();
    if (taken) return batch.length;
    for (const page of batch) yield* page.put();
    return 0;
  }

  /**
   * Gives pages back, whichever can be had, up to `arrayPfnsMax` of them; waits while the VM has them all. May sleep.
   *
   * @returns How many: none if the balloon is empty.
   * @kernel drivers/virtio/virtio_balloon.c leak_balloon
   */
  *deflate(count = 1): Op<number> {
    yield* this.balloonLock.acquire();
    const leaked = yield* this.leakAny(count);
    yield* this.balloonLock.release();
    return leaked;
  }

  /**
   * Takes no more pages, and gives back all there are, waiting for those that the VM has. May sleep.
   *
   * @kernel drivers/virtio/virtio_balloon.c virtballoon_remove, remove_common
   */
  *unload(): Op<void> {
    // Without the lock: whoever is called meanwhile takes it, and this waits for him.
    if (this.reporting !== null) yield* this.reporting.stop();
    if (this.pressure !== null) yield* this.pressure.unregister();
    yield* this.balloonLock.acquire();
    this.state.stopped = true;
    while ((yield* this.leakAny(Infinity)) > 0);
    yield* this.balloonLock.release();
    if (this.needsProbe) yield* this.mapping.unregister();
  }

  /** @kernel mm/balloon_compaction.c balloon_page_isolate */
  *isolatePage(page: Page): Op<boolean> {
    yield* this.pages.isolate(page);
    return true;
  }

  /** @kernel drivers/virtio/virtio_balloon.c virtballoon_migratepage */
  *migratePage(_mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    // Without a copy there is nobody to ask: contents are the host's.
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    // The host takes its time, and only SYNC may wait for it.
    // mutate-ignore wrong-errno: that it will not do in this mode is true for the whole call
    if (mode !== MigrateMode.sync) return -Errno.EAGAIN;
    // By try, as there: it is easier to come again than to wait while somebody deflates.
    // mutate-ignore wait-for-lock: SYNC may wait, and nobody waits for a page under balloon_lock
    if (!(yield* this.balloonLock.tryAcquire())) return -Errno.EAGAIN;
    // Before anything else has changed: a host that refuses leaves nothing to undo.
    const rc = yield* this.host.tellInflated([newPage]);
    if (rc === 0) yield* this.replace(newPage, oldPage);
    yield* this.balloonLock.release();
    if (rc !== 0) return rc;
    yield* this.pages.finalize(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  /** @kernel mm/balloon_compaction.c balloon_page_putback */
  *putbackPage(page: Page): Op<void> {
    yield* this.pages.putback(page);
  }

  /** How a test drives the balloon. */
  workload(): BalloonWorkload {
    return balloonWorkload(this);
  }

  /** Pages in the balloon, listed or isolated, as the driver counts them. For reports. */
  get numPages(): number {
    return this.state.numPages;
  }

  /** Outside `balloon_lock`: an allocation may reclaim or compact memory, and come back for pages of this balloon. */
  protected *allocate(count: number): Op<Page[]> {
    const batch: Page[] = [];
    while (batch.length < count) {
      const page = yield* this.allocator.allocPage({ gfp: BALLOON_GFP });
      if (page === null) break;
      batch.push(page);
    }
    return batch;
  }

  /** Gives whether the host took them. Locks: `balloon_lock`. */
  protected *takeIn(batch: readonly Page[]): Op<boolean> {
    // Before anybody can see them: a host that refuses leaves nothing to undo.
    if ((yield* this.host.tellInflated(batch)) !== 0) return false;
    this.state.numPages += batch.length;
    for (const page of batch) {
      yield* this.pages.enqueue(page);
      this.account(page, -1);
    }
    return true;
  }

  /** Locks: page locks, `balloon_lock`. */
  protected *replace(newPage: Page, oldPage: Page): Op<void> {
    // mutate-ignore swap-steps: the VM has the new page locked and referenced until this is over
    yield* newPage.get();
    yield* this.pages.replaceIsolated(newPage);
    // They may be of different zones.
    this.account(oldPage, 1);
    this.account(newPage, -1);
    yield* this.host.tellDeflated([oldPage]);
  }

  /** Gives back what can be had at once. Locks: `balloon_lock`. */
  protected *leak(count: number): Op<number> {
    const most = Math.min(count, this.options.arrayPfnsMax, this.state.numPages);
    const batch: Page[] = [];
    while (batch.length < most) {
      const page = yield* this.pages.dequeue();
      if (page === null) break;
      batch.push(page);
    }
    // mutate-ignore drop-guard: saves a question about no page
    if (batch.length === 0) return 0;
    this.state.numPages -= batch.length;
    // Before anybody can use them: until the host knows, their memory is the host's.
    yield* this.host.tellDeflated(batch);
    for (const page of batch) {
      this.account(page, 1);
      yield* page.put();
    }
    return batch.length;
  }

  /** Gives back what can be had, at least one page if there is any. Locks: `balloon_lock`, dropped while it waits for one. */
  protected *leakAny(count: number): Op<number> {
    while (this.state.numPages > 0) {
      const leaked = yield* this.leak(count);
      if (leaked > 0) return leaked;
      yield* this.balloonLock.release();
      yield* this.pages.waitForOne();
      yield* this.balloonLock.acquire();
    }
    return 0;
  }

  /** Gives back what can be had at once. May sleep. */
  protected *giveBack(pages: number): Op<number> {
    yield* this.balloonLock.acquire();
    const given = yield* this.leak(pages);
    yield* this.balloonLock.release();
    return given;
  }

  /** May sleep. */
  protected *countPages(): Op<number> {
    yield* this.balloonLock.acquire();
    const { numPages } = this.state;
    yield* this.balloonLock.release();
    return numPages;
  }

  /** What comes back when memory is short still counts as the guest's. */
  private account(page: Page, pages: 1 | -1): void {
    if (this.options.deflateOn === 'request') adjustManagedPageCount(page, pages);
  }
}
