import {
  clearPageMovable,
  freeShared,
  relax,
  setPageMovable,
  shared,
  type DriverContext,
  type Op,
  type Page,
  type Work,
} from '@movable-pages/core';
import {
  add,
  BUDDIES,
  clear,
  freeBuddy,
  has,
  HeaderWord,
  initHeader,
  objectBit,
  set,
  State,
} from './header.js';
import { Z3foldPool, type PoolState, type Slots } from './pool.js';

/** What names an object: its place among the slots. @kernel mm/z3fold.c encode_handle */
export interface Z3foldHandle {
  readonly slots: Slots;
  readonly buddy: number;
}

/**
 * The objects of a pool: what its users call, and what its workers do. Knows nothing of isolation but that a page may be
 * claimed.
 *
 * @kernel mm/z3fold.c
 */
export class Z3foldObjects {
  readonly pool: Z3foldPool;
  private readonly releaseWork: Work;

  constructor(protected readonly context: DriverContext) {
    this.pool = new Z3foldPool(context.kernel, (page) => this.compact(page));
    this.releaseWork = this.pool.releaseQueue.work('z3fold release work', () => this.freeStale());
  }

  // ---- what users call ----------------------------------------------------------------------------------------------

  /** @kernel mm/z3fold.c z3fold_alloc */
  *allocate(): Op<Z3foldHandle | null> {
    const { pool } = this;
    const unusable = State.claimed | State.needsCompacting | State.stale;
    const found = yield* pool.takeUnbuddied((page) => !has(page, unusable));
    if (found !== null) {
      const handle = yield* this.place(found);
      yield* pool.lockOf(found).release();
      return handle;
    }
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    initHeader(page);
    pool.slotsOf[page.pfn] = pool.makeSlots();
    return yield* this.publish(page);
  }

  /** @kernel mm/z3fold.c z3fold_free */
  *free(handle: Z3foldHandle): Op<void> {
    const { pool } = this;
    const page = yield* this.lookUp(handle);
    const lock = pool.lockOf(page);
    const busy = has(page, State.claimed | State.needsCompacting);
    clear(page, objectBit(handle.buddy));
    yield* this.freeHandle(page, handle);
    if (yield* this.putHeader(page)) return;
    if (!busy) {
      set(page, State.needsCompacting);
      add(page, HeaderWord.refCount, 1);
      yield* pool.compactQueue.queueWork(pool.workOf(page));
    }
    yield* lock.release();
  }

  *write(handle: Z3foldHandle, value: number): Op<void> {
    const page = yield* this.map(handle);
    page.writeWord(HeaderWord.objects + handle.buddy, value);
    yield* this.unmap(handle);
  }

  *read(handle: Z3foldHandle): Op<number> {
    const page = yield* this.map(handle);
    const value = page.readWord(HeaderWord.objects + handle.buddy);
    yield* this.unmap(handle);
    return value;
  }

  /** Gives the page of an object, which stays there until it is unmapped. @kernel mm/z3fold.c z3fold_map */
  private *map(handle: Z3foldHandle): Op<Page> {
    const page = yield* this.lookUp(handle);
    add(page, HeaderWord.mappedCount, 1);
    yield* this.pool.lockOf(page).release();
    return page;
  }

  /** @kernel mm/z3fold.c z3fold_unmap */
  private *unmap(handle: Z3foldHandle): Op<void> {
    const page = yield* this.lookUp(handle);
    add(page, HeaderWord.mappedCount, -1);
    yield* this.pool.lockOf(page).release();
  }

  // ---- pages --------------------------------------------------------------------------------------------------------

  /** Puts the first object into a new page, and lets everybody know of the page. */
  protected *publish(page: Page): Op<Z3foldHandle> {
    yield* page.lock();
    const lock = this.pool.lockOf(page);
    yield* lock.acquire();
    const handle = yield* this.place(page);
    yield* lock.release();
    yield* setPageMovable(page, this.context.mapping);
    yield* page.unlock();
    return handle;
  }

  /** Makes an object on a page that has room. Locks: its header lock. */
  protected *place(page: Page): Op<Z3foldHandle> {
    const { pool } = this;
    const buddy = freeBuddy(page);
    const slots = pool.slotsOf[page.pfn]!;
    set(page, objectBit(buddy));
    add(page, HeaderWord.refCount, 1);
    yield* pool.slotsLock.writeAcquire();
    slots.pages[buddy] = page;
    yield* pool.slotsLock.writeRelease();
    yield* this.relist(page);
    return shared<Z3foldHandle>({ slots, buddy });
  }

  /** Lists a page that is nobody's but the pool's. Locks: its header lock. */
  protected *relist(page: Page): Op<void> {
    const { pool } = this;
    yield* pool.addToUnbuddied(page);
    yield* this.touch(page);
  }

  /** Makes a page the last used one. Locks: its header lock. */
  protected *touch(page: Page): Op<void> {
    const { pool } = this;
    yield* pool.lock.acquire();
    if (pool.lru.has(page)) pool.lru.remove(page);
    pool.lru.add(page);
    yield* pool.lock.release();
  }

  /** The page that an object is on, its header locked. @kernel mm/z3fold.c get_z3fold_header */
  protected *lookUp({ slots, buddy }: Z3foldHandle): Op<Page> {
    const { pool } = this;
    for (;;) {
      // While the slots are locked, the page that they lead to is not freed.
      yield* pool.slotsLock.readAcquire();
      const page = slots.pages[buddy]!;
      const lock = pool.lockOf(page);
      let locked = yield* lock.tryAcquire();
      if (locked && has(page, State.migrated)) {
        yield* lock.release();
        locked = false;
      }
      yield* pool.slotsLock.readRelease();
      if (locked) return page;
      yield* relax();
    }
  }

  /** Empties a slot, and frees the slots if it was the last. Locks: the header lock. @kernel mm/z3fold.c free_handle */
  protected *freeHandle(_page: Page, { slots, buddy }: Z3foldHandle): Op<void> {
    const { slotsLock } = this.pool;
    yield* slotsLock.writeAcquire();
    slots.pages[buddy] = null;
    let last = true;
    for (let other = 0; other < BUDDIES; other++) if (slots.pages[other] !== null) last = false;
    yield* slotsLock.writeRelease();
    if (last) freeShared(slots);
  }

  /**
   * Drops a reference of the header; the last one gives the page away for release, its header lock dropped. Locks: the
   * header lock.
   *
   * @returns Whether it was the last.
   * @kernel mm/z3fold.c release_z3fold_page_locked
   */
  protected *putHeader(page: Page): Op<boolean> {
    const { pool } = this;
    if (add(page, HeaderWord.refCount, -1) > 0) return false;
    const owner = this.poolOf(page);
    set(page, State.stale);
    yield* pool.lock.acquire();
    pool.unbuddied.delete(page);
    if (pool.lru.has(page)) pool.lru.remove(page);
    // Before the worker can find it: it frees the page, and the lock with it.
    yield* pool.lockOf(page).release();
    pool.stale.push(page);
    owner.pagesStale++;
    yield* pool.lock.release();
    yield* pool.releaseQueue.queueWork(this.releaseWork);
    return true;
  }

  /** The pool of a page. @kernel mm/z3fold.c zhdr_to_pool */
  protected poolOf(_page: Page): PoolState {
    return this.pool.state;
  }

  // ---- work ---------------------------------------------------------------------------------------------------------

  /** Lists a page again in which an object was freed. @kernel mm/z3fold.c do_compact_page */
  protected *compact(page: Page): Op<void> {
    const { pool } = this;
    const lock = pool.lockOf(page);
    yield* lock.acquire();
    clear(page, State.needsCompacting);
    if (yield* this.putHeader(page)) return;
    if (!has(page, State.claimed)) yield* pool.addToUnbuddied(page);
    yield* lock.release();
  }

  /** Frees the pages that nobody needs. @kernel mm/z3fold.c free_pages_work */
  protected *freeStale(): Op<void> {
    const { pool } = this;
    for (;;) {
      yield* pool.lock.acquire();
      const page = pool.stale.shift();
      if (page !== undefined) pool.state.pagesStale--;
      yield* pool.lock.release();
      if (page === undefined) return;
      yield* page.lock();
      pool.slotsOf[page.pfn] = null;
      yield* clearPageMovable(page);
      yield* page.unlock();
      yield* page.put();
    }
  }
}
