import {
  clearPageMovable,
  Errno,
  Gfp,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  mutex,
  pageList,
  setPageMovable,
  shared,
  spinLock,
  waitQueue,
  type AddressSpaceDriver,
  type DriverContext,
  type MovableMapping,
  type Op,
  type OomNotifier,
  type Page,
  type PageList,
  type Workload,
} from '@movable-pages/core';
import { driverBase } from '../../driver-twins.js';

/**
 * A balloon as small as it can be: pages that are lent away, a list of them, one mutex for changes, a notifier that gives
 * pages back when memory is out, and a probe that can fail half-way. The host is left out: whoever holds the balloon's
 * mutex has its answer.
 *
 * Each step that history got wrong is a method of its own, for a broken twin to override.
 *
 * @kernel drivers/virtio/virtio_balloon.c, mm/balloon_compaction.c
 */
export class BalloonBase implements AddressSpaceDriver {
  /** One change at a time. Not under it: an allocation, which may come back to the notifier. */
  protected readonly balloonLock = mutex('balloon_lock');
  protected readonly pagesLock = spinLock('pages_lock');
  /** Every page of the balloon that is not isolated. */
  protected readonly pages: PageList;
  /** Pages on their way in. Locks: `balloon_lock`. */
  protected readonly batch: PageList;
  protected readonly state = shared({ isolated: 0, stopped: true, statistics: null as Page | null });
  private readonly returned = waitQueue('balloon pages returned');
  private readonly notifier: OomNotifier;

  constructor(protected readonly context: DriverContext) {
    this.pages = pageList(context.kernel, 'balloon pages');
    this.batch = pageList(context.kernel, 'balloon batch');
    this.notifier = Object.freeze({ name: 'balloon', notify: () => this.notify() });
  }

  // ---- loading ------------------------------------------------------------------------------------------------------

  /** Registers the operations, then takes a page for statistics. @kernel drivers/virtio/virtio_balloon.c virtballoon_probe */
  *load(): Op<boolean> {
    const { context, state } = this;
    yield* context.mapping.register();
    const page = yield* context.allocator.allocPage();
    if (page === null) {
      yield* this.undoRegister();
      return false;
    }
    yield* this.balloonLock.acquire();
    state.statistics = page;
    state.stopped = false;
    yield* this.balloonLock.release();
    context.kernel.registerOomNotifier(this.notifier);
    return true;
  }

  /** @kernel drivers/virtio/virtio_balloon.c virtballoon_remove */
  *unload(): Op<void> {
    const { context, state } = this;
    context.kernel.reclaim.unregisterOomNotifier(this.notifier);
    yield* this.balloonLock.acquire();
    state.stopped = true;
    while (yield* this.leak());
    const page = state.statistics!;
    state.statistics = null;
    yield* this.balloonLock.release();
    yield* page.put();
    yield* context.mapping.unregister();
  }

  /** Undoes what loading did before it failed. */
  protected *undoRegister(): Op<void> {
    yield* this.context.mapping.unregister();
  }

  // ---- what users call ----------------------------------------------------------------------------------------------

  /** Takes one page in. @kernel drivers/virtio/virtio_balloon.c fill_balloon */
  protected *inflate(): Op<boolean> {
    const page = yield* this.context.allocator.allocPage({ gfp: Gfp.highUserMovable });
    if (page === null) return false;
    yield* this.balloonLock.acquire();
    const taken = yield* this.takeIn(page);
    yield* this.balloonLock.release();
    return taken;
  }

  /** Stands for a page that was taken in. */
  private *allocate(): Op<'a page' | null> {
    return (yield* this.inflate()) ? 'a page' : null;
  }

  /** Gives one page back, whichever can be had. @kernel drivers/virtio/virtio_balloon.c leak_balloon */
  protected *deflate(): Op<void> {
    yield* this.balloonLock.acquire();
    yield* this.leak();
    yield* this.balloonLock.release();
  }

  /** Memory is out. @kernel drivers/virtio/virtio_balloon.c virtio_balloon_oom_notify */
  private *notify(): Op<number> {
    yield* this.balloonLock.acquire();
    const page = yield* this.dequeue();
    yield* this.balloonLock.release();
    if (page === null) return 0;
    yield* page.put();
    return 1;
  }

  /** Puts a page into the balloon by way of the batch. Locks: `balloon_lock`. @kernel mm/balloon_compaction.c balloon_page_list_enqueue */
  protected *takeIn(page: Page): Op<boolean> {
    if (this.state.stopped) {
      yield* page.put();
      return false;
    }
    this.batch.add(page);
    for (let next = this.batch.shift(); next !== null; next = this.batch.shift()) yield* this.enqueue(next);
    return true;
  }

  /** Lists a page that is on no list. @kernel mm/balloon_compaction.c balloon_page_enqueue_one */
  protected *enqueue(page: Page): Op<void> {
    yield* page.lock();
    yield* this.pagesLock.acquire();
    this.pages.add(page);
    yield* setPageMovable(page, this.context.mapping);
    yield* this.pagesLock.release();
    yield* page.unlock();
  }

  /** Takes out a page whose lock can be had, or gives null. @kernel mm/balloon_compaction.c balloon_page_dequeue */
  private *dequeue(): Op<Page | null> {
    yield* this.pagesLock.acquire();
    let page = this.pages.first();
    while (page !== null && !(yield* page.tryLock())) page = this.pages.next(page);
    if (page !== null) {
      this.pages.remove(page);
      yield* clearPageMovable(page);
      yield* page.unlock();
    }
    yield* this.pagesLock.release();
    return page;
  }

  /** Gives a page back, waiting for those that the VM has. Locks: `balloon_lock`, which it drops meanwhile. */
  private *leak(): Op<boolean> {
    for (;;) {
      const page = yield* this.dequeue();
      if (page !== null) {
        yield* page.put();
        return true;
      }
      yield* this.pagesLock.acquire();
      const empty = this.pages.first() === null && this.state.isolated === 0;
      if (!empty) yield* this.returned.prepareToWait();
      yield* this.pagesLock.release();
      if (empty) return false;
      yield* this.balloonLock.release();
      yield* this.returned.sleep(1);
      yield* this.balloonLock.acquire();
    }
  }

  // ---- callbacks ----------------------------------------------------------------------------------------------------

  /** @kernel mm/balloon_compaction.c balloon_page_isolate */
  *isolatePage(page: Page, _mode: number): Op<boolean> {
    yield* this.pagesLock.acquire();
    this.pages.remove(page);
    this.state.isolated++;
    yield* this.pagesLock.release();
    return true;
  }

  /** @kernel drivers/virtio/virtio_balloon.c virtballoon_migratepage */
  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    // By try: its holder may be the very thread that called the VM.
    if (!(yield* this.balloonLock.tryAcquire())) return -Errno.EAGAIN;
    yield* newPage.get();
    yield* this.pagesLock.acquire();
    this.pages.add(newPage);
    this.state.isolated--;
    yield* setPageMovable(newPage, mapping);
    yield* this.pagesLock.release();
    yield* this.balloonLock.release();
    yield* this.letGo(oldPage);
    yield* oldPage.put();
    yield* this.returned.wakeUpAll();
    return this.success();
  }

  /** @kernel mm/balloon_compaction.c balloon_page_putback */
  *putbackPage(page: Page): Op<void> {
    yield* this.pagesLock.acquire();
    this.pages.add(page);
    this.state.isolated--;
    yield* this.pagesLock.release();
    yield* this.returned.wakeUpAll();
  }

  /** Takes the mark off a page that was moved. Locks: its page lock. @kernel include/linux/balloon_compaction.h balloon_page_delete */
  protected *letGo(oldPage: Page): Op<void> {
    yield* clearPageMovable(oldPage);
  }

  /** What migratePage says when it has moved a page. */
  protected success(): number {
    return MIGRATEPAGE_SUCCESS;
  }

  /** How a test uses the balloon: any page will do when one is handed back. */
  workload(): Workload<'a page'> {
    return {
      load: () => this.load(),
      allocate: () => this.allocate(),
      free: () => this.deflate(),
      unload: () => this.unload(),
    };
  }
}

/** The base of the balloon exhibits. */
export const balloon = driverBase('balloon-base', BalloonBase, ['drops-content']);
