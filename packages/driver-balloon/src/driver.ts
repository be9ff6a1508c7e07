import {
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
import { BalloonPages } from './pages.js';
import { balloonWorkload, type BalloonWorkload } from './workload.js';

/**
 * A balloon: it takes pages from the guest and lends their memory to the host, and gives them back on demand. It does
 * not care which pages it holds, so they may move.
 *
 * Lock order: `balloon_lock`, then a page lock, then `pages_lock`. Against it only tries: `pages_lock` before a page
 * lock, a page lock before `balloon_lock`.
 *
 * @kernel drivers/virtio/virtio_balloon.c
 * @since 0.1.0
 */
@movableDriver({
  name: 'balloon',
  version: '0.1.0',
  contract: 'a_ops',
  capabilities: ['drops-content'],
})
export class BalloonDriver implements AddressSpaceDriver {
  /** The other side. */
  readonly host = new BalloonHost();
  /** What is in the balloon. */
  readonly pages: BalloonPages;
  /** One change at a time, from the first page of it to the host's answer. */
  protected readonly balloonLock = mutex('balloon_lock');
  /** Under `balloon_lock`. `numPages` counts listed and isolated pages; once `stopped`, no page comes in. */
  protected readonly state = shared({ numPages: 0, stopped: false });

  /** Asks for its services by token; the registry calls it. */
  constructor(
    @inject(KernelService) kernel: KernelService,
    @inject(PageAllocator) private readonly allocator: PageAllocator,
    @inject(MovableMapping) mapping: MovableMapping,
    @inject(VmStat) vmstat: VmStat,
  ) {
    this.pages = new BalloonPages(kernel, mapping, vmstat);
  }

  /**
   * Takes one page into the balloon. May sleep.
   *
   * @returns False if there is no memory, or the balloon is being unloaded.
   * @kernel drivers/virtio/virtio_balloon.c fill_balloon
   */
  *inflate(): Op<boolean> {
    // Outside the mutex: an allocation may compact memory, and compaction may come back to migratePage.
    const page = yield* this.allocator.allocPage({ gfp: Gfp.highUserMovable });
    if (page === null) return false;
    yield* this.balloonLock.acquire();
    const { stopped } = this.state;
    if (stopped) {
      yield* page.put();
    } else {
      yield* this.pages.enqueue(page);
      this.state.numPages++;
      yield* this.host.tellInflated(page);
    }
    yield* this.balloonLock.release();
    return !stopped;
  }

  /**
   * Gives one page back, whichever can be had; waits while the VM has them all. May sleep.
   *
   * @returns False if the balloon is empty.
   * @kernel drivers/virtio/virtio_balloon.c leak_balloon
   */
  *deflate(): Op<boolean> {
    yield* this.balloonLock.acquire();
    const leaked = yield* this.leak();
    yield* this.balloonLock.release();
    return leaked;
  }

  /**
   * Takes no more pages, and gives back all there are, waiting for those that the VM has. May sleep.
   *
   * @kernel drivers/virtio/virtio_balloon.c remove_common
   */
  *unload(): Op<void> {
    yield* this.balloonLock.acquire();
    this.state.stopped = true;
    while (yield* this.leak());
    yield* this.balloonLock.release();
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
    if (mode !== MigrateMode.sync) return -Errno.EAGAIN;
    // By try: its holder may be after this page's lock, or may be the very thread that called the VM.
    if (!(yield* this.balloonLock.tryAcquire())) return -Errno.EAGAIN;
    yield* newPage.get();
    yield* this.pages.replaceIsolated(newPage);
    yield* this.host.tellInflated(newPage);
    yield* this.host.tellDeflated(oldPage);
    yield* this.balloonLock.release();
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

  /** Locks: `balloon_lock`, which is dropped while it waits for a page. */
  protected *leak(): Op<boolean> {
    while (this.state.numPages > 0) {
      const page = yield* this.pages.dequeue();
      if (page !== null) {
        this.state.numPages--;
        // Before anybody can use the page: until the host knows, its memory is the host's.
        yield* this.host.tellDeflated(page);
        yield* page.put();
        return true;
      }
      yield* this.balloonLock.release();
      yield* this.pages.waitForOne();
      yield* this.balloonLock.acquire();
    }
    return false;
  }
}
