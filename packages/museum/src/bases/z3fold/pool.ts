import {
  pageList,
  rwLock,
  shared,
  spinLock,
  waitQueue,
  workQueue,
  type Kernel,
  type Op,
  type Page,
  type PageList,
  type SpinLock,
  type Work,
} from '@movable-pages/core';
import { BUDDIES, freeBuddy, HeaderWord } from './header.js';

/**
 * The pages of the objects of one page, by buddy. Handles lead here, so that an object can move without its handle
 * changing. Freed with the last handle.
 *
 * @kernel mm/z3fold.c struct z3fold_buddy_slots
 */
export interface Slots {
  readonly pages: (Page | null)[];
  readonly pool: PoolState;
}

/** What a pool counts. @kernel mm/z3fold.c struct z3fold_pool */
export interface PoolState {
  /** Pages that the VM has. */
  isolated: number;
  /** Pages that wait to be freed. */
  pagesStale: number;
  /** No page may be isolated any more. */
  destroying: boolean;
}

/**
 * A pool: its lists, locks and queues. Lock order: page lock, header lock, then `slots.lock` or `pool.lock`. Against it
 * only tries.
 */
export class Z3foldPool {
  /** Guards the lists and {@link Z3foldPool.state}. */
  readonly lock = spinLock('z3fold pool.lock');
  /** Guards all slots: readers keep the page that they were led to from moving on. */
  readonly slotsLock = rwLock('z3fold slots.lock');
  readonly state = shared<PoolState>({ isolated: 0, pagesStale: 0, destroying: false });
  /** Pages with room. */
  readonly unbuddied = shared(new Set<Page>());
  /** Every page that is not isolated, the last used first. */
  readonly lru: PageList;
  /** Pages that wait to be freed. */
  readonly stale = shared<Page[]>([]);
  readonly compactQueue = workQueue('z3fold compact_wq');
  readonly releaseQueue = workQueue('z3fold release_wq');
  /** Somebody waits for the last isolation to end. */
  readonly isolationEnded = waitQueue('z3fold isolate_wait');
  /** The slots of each frame's page. Locks: its header lock. */
  readonly slotsOf: (Slots | null)[];
  private readonly locks: SpinLock[];
  private readonly works: Work[];

  constructor(
    private readonly kernel: Kernel,
    compact: (page: Page) => Op<void>,
  ) {
    const frames = Array.from({ length: kernel.frames.count }, (_, pfn) => pfn);
    this.lru = pageList(kernel, 'z3fold pool.lru');
    this.slotsOf = shared(frames.map((): Slots | null => null));
    this.locks = frames.map(() => spinLock('z3fold page_lock'));
    this.works = frames.map((pfn) =>
      this.compactQueue.work(`z3fold compact work ${pfn}`, () => compact(kernel.page(pfn))),
    );
    Object.freeze(this.locks);
    Object.freeze(this.works);
    Object.freeze(this);
  }

  /** The header lock that a page has in it. */
  lockOf(page: Page): SpinLock {
    return this.locks[page.readWord(HeaderWord.embedded)]!;
  }

  /** The work item that a page has in it. */
  workOf(page: Page): Work {
    return this.works[page.readWord(HeaderWord.embedded)]!;
  }

  /** New slots without any object. */
  makeSlots(): Slots {
    return shared<Slots>({ pages: Array.from({ length: BUDDIES }, () => null), pool: this.state });
  }

  /** Lists a page that has room. Locks: its header lock. @kernel mm/z3fold.c add_to_unbuddied */
  *addToUnbuddied(page: Page): Op<void> {
    if (freeBuddy(page) < 0) return;
    yield* this.lock.acquire();
    this.unbuddied.add(page);
    yield* this.lock.release();
  }

  /** A page with room, its header locked and one reference taken; null if none can be had. @kernel mm/z3fold.c __z3fold_alloc */
  *takeUnbuddied(usable: (page: Page) => boolean): Op<Page | null> {
    yield* this.lock.acquire();
    for (const page of this.unbuddied) {
      // By try: whoever has the header lock may be after the pool's.
      if (!(yield* this.lockOf(page).tryAcquire())) continue;
      if (usable(page)) {
        this.unbuddied.delete(page);
        yield* this.lock.release();
        return page;
      }
      yield* this.lockOf(page).release();
    }
    yield* this.lock.release();
    return null;
  }
}
