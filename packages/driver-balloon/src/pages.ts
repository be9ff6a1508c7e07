import {
  clearPageMovable,
  pageList,
  setPageMovable,
  shared,
  spinLock,
  waitQueue,
  type KernelService,
  type MovableMapping,
  type Op,
  type Page,
  type PageList,
  type VmStat,
} from '@movable-pages/core';

/**
 * The pages of a balloon: those on its list and those that the VM has isolated. Knows nothing of a host.
 *
 * `pages_lock` comes after page locks. Whoever holds it only tries a page lock.
 *
 * @kernel mm/balloon_compaction.c, include/linux/balloon_compaction.h struct balloon_dev_info
 * @since 0.1.0
 */
export class BalloonPages {
  /** Guards the list and the count of what is off it. */
  readonly lock = spinLock('pages_lock');
  /** Every page of the balloon that is not isolated. */
  readonly list: PageList;
  /** What the VM has of the balloon, under `pages_lock`. */
  readonly state = shared({ isolated: 0 });
  private readonly returned = waitQueue('balloon pages returned');

  constructor(
    kernel: KernelService,
    private readonly mapping: MovableMapping,
    private readonly vmstat: VmStat,
  ) {
    this.list = pageList(kernel, 'balloon pages');
    Object.freeze(this);
  }

  /** Takes in a page that is new. @kernel mm/balloon_compaction.c balloon_page_enqueue */
  *enqueue(page: Page): Op<void> {
    // mutate-ignore acquire-late: nobody else locks the page, so either order will do
    yield* this.lock.acquire();
    // Nobody else locks a page that is not movable yet: the VM looks at the mark before it tries the lock.
    // mutate-ignore try-for-granted: nobody else locks a page before it is movable
    if (!(yield* page.tryLock())) throw new Error(`${page} is new, and somebody has it locked`);
    yield* this.insert(page);
    yield* page.unlock();
    yield* this.lock.release();
    this.vmstat.add('balloon_inflate', 1);
  }

  /** Gives out a page; null if the VM has all of them. @kernel mm/balloon_compaction.c balloon_page_dequeue */
  *dequeue(): Op<Page | null> {
    yield* this.lock.acquire();
    let page = this.list.first();
    // By try: the VM holds the page lock when it comes for pages_lock.
    while (page !== null && !(yield* page.tryLock())) page = this.list.next(page);
    if (page !== null) {
      this.list.remove(page);
      yield* this.finalize(page);
      yield* page.unlock();
      this.vmstat.add('balloon_deflate', 1);
    }
    yield* this.lock.release();
    return page;
  }

  /** After {@link BalloonPages.dequeue} gave nothing: sleeps until it is worth another try. */
  *waitForOne(): Op<void> {
    yield* this.lock.acquire();
    const busy = this.list.first();
    const isolated = this.state.isolated > 0;
    // Under the lock: afterwards the page may be freed, or the wake-up gone by.
    if (busy !== null) yield* busy.get();
    else if (isolated) yield* this.returned.prepareToWait();
    yield* this.lock.release();
    if (busy !== null) {
      yield* busy.waitUntilUnlocked();
      yield* busy.put();
    } else if (isolated) {
      yield* this.returned.sleep();
    }
  }

  /** Hands a page to the VM. Locks: page lock. @kernel mm/balloon_compaction.c balloon_page_isolate */
  *isolate(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
  }

  /** Takes a page back from the VM. Locks: page lock. @kernel mm/balloon_compaction.c balloon_page_putback */
  *putback(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    this.state.isolated--;
    // mutate-ignore swap-steps: who sleeps is in the queue by the time that he drops the lock
    yield* this.lock.release();
    yield* this.returned.wakeUp();
  }

  /** Takes a page in the place of one that the VM has. Locks: page lock. */
  *replaceIsolated(page: Page): Op<void> {
    yield* this.lock.acquire();
    yield* this.insert(page);
    this.state.isolated--;
    // mutate-ignore swap-steps: who sleeps is in the queue by the time that he drops the lock
    yield* this.lock.release();
    yield* this.returned.wakeUp();
    this.vmstat.add('balloon_migrate', 1);
  }

  /** Lets go of a page that is off the list. Locks: page lock. @kernel include/linux/balloon_compaction.h balloon_page_finalize */
  finalize(page: Page): Op<void> {
    return clearPageMovable(page);
  }

  /** Locks: page lock, `pages_lock`. @kernel include/linux/balloon_compaction.h balloon_page_insert */
  private *insert(page: Page): Op<void> {
    this.list.add(page);
    yield* setPageMovable(page, this.mapping);
  }
}
