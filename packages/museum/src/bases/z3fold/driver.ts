import {
  clearPageMovable,
  copyPage,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  setPageMovable,
  type AddressSpaceDriver,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';
import { driverBase } from '../../driver-twins.js';
import { add, clear, has, HeaderWord, objectsOf, set, State } from './header.js';
import { Z3foldObjects, type Z3foldHandle } from './objects.js';
import type { Slots } from './pool.js';

/**
 * A pool of pages with up to three objects each, as small as it can be and behave like z3fold: header in the page, slots
 * behind handles, an LRU list and one of pages with room, a count of users in each header, a header lock beside the page
 * lock, work queues for compaction and release, and a destruction that waits for the VM.
 *
 * Each step that history got wrong is a method of its own, for a broken twin to override. Not modelled: objects of
 * different sizes, moving the middle object within a page, and pages of one object.
 *
 * @kernel mm/z3fold.c
 */
export class Z3foldDriver extends Z3foldObjects implements AddressSpaceDriver {
  /** @kernel mm/z3fold.c z3fold_page_isolate */
  *isolatePage(page: Page, _mode: number): Op<boolean> {
    const { pool } = this;
    const lock = pool.lockOf(page);
    yield* lock.acquire();
    yield* pool.lock.acquire();
    if (pool.state.destroying) {
      yield* pool.lock.release();
      yield* this.leaveDestroyed(page);
      return false;
    }
    const taken = !has(page, State.stale | State.claimed | State.needsCompacting) && !this.isMapped(page);
    if (taken) {
      set(page, State.claimed);
      add(page, HeaderWord.refCount, 1);
      pool.unbuddied.delete(page);
      pool.lru.remove(page);
      pool.state.isolated++;
    }
    yield* pool.lock.release();
    yield* lock.release();
    return taken;
  }

  /** @kernel mm/z3fold.c z3fold_page_migrate */
  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    const { pool } = this;
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    if (!(yield* this.tryLockForMove(oldPage))) return -Errno.EAGAIN;
    const oldLock = pool.lockOf(oldPage);
    const busy = this.isMapped(oldPage);
    if (busy || (yield* this.workIsPending(oldPage))) {
      yield* oldLock.release();
      return busy ? -Errno.EBUSY : -Errno.EAGAIN;
    }
    yield* copyPage(newPage, oldPage);
    this.initMoved(newPage);
    this.retire(oldPage);
    const slots = pool.slotsOf[oldPage.pfn]!;
    pool.slotsOf[oldPage.pfn] = null;
    yield* oldLock.release();
    yield* clearPageMovable(oldPage);
    yield* newPage.get();
    const newLock = pool.lockOf(newPage);
    yield* newLock.acquire();
    pool.slotsOf[newPage.pfn] = slots;
    yield* this.redirect(newPage, slots);
    clear(newPage, State.claimed);
    set(newPage, State.needsCompacting);
    yield* this.touch(newPage);
    yield* setPageMovable(newPage, mapping);
    const work = pool.workOf(newPage);
    yield* newLock.release();
    // The isolation's reference is the work's from here on.
    yield* pool.compactQueue.queueWork(work);
    yield* oldPage.put();
    yield* this.endIsolation();
    return MIGRATEPAGE_SUCCESS;
  }

  /** @kernel mm/z3fold.c z3fold_page_putback */
  *putbackPage(page: Page): Op<void> {
    const lock = this.pool.lockOf(page);
    yield* lock.acquire();
    if (!(yield* this.putHeader(page))) {
      yield* this.relistPutBack(page);
      clear(page, State.claimed);
      yield* lock.release();
    }
    yield* this.endIsolation();
  }

  /** Stops isolation, waits for what is isolated, then ends the workers. @kernel mm/z3fold.c z3fold_destroy_pool */
  *unload(): Op<void> {
    const { pool } = this;
    yield* this.drain();
    // Compaction queues release work, so it is the first to end.
    yield* pool.compactQueue.destroy();
    yield* pool.releaseQueue.destroy();
  }

  /** How a test uses the pool. */
  workload(): Workload<Z3foldHandle> {
    return {
      allocate: () => this.allocate(),
      write: (handle, value) => this.write(handle, value),
      read: (handle) => this.read(handle),
      free: (handle) => this.free(handle),
      unload: () => this.unload(),
    };
  }

  // ---- steps of the callbacks ---------------------------------------------------------------------------------------

  /** Leaves a page of a pool that is going away as it was. Locks: its header lock, which it drops. */
  protected *leaveDestroyed(page: Page): Op<void> {
    yield* this.pool.lockOf(page).release();
  }

  /** Whether a user has an object of a page mapped. Locks: its header lock. */
  protected isMapped(page: Page): boolean {
    return page.readWord(HeaderWord.mappedCount) > 0;
  }

  /** Locks the header of a page that is to be moved. By try, because the VM may not sleep. Locks: both page locks. */
  protected *tryLockForMove(page: Page): Op<boolean> {
    return yield* this.pool.lockOf(page).tryAcquire();
  }

  /** Whether the work item in a page is queued: then its address is known. Locks: the header lock. */
  protected *workIsPending(page: Page): Op<boolean> {
    return yield* this.pool.compactQueue.workPending(this.pool.workOf(page));
  }

  /** After the copy: lock and work item of the new page are its own. */
  protected initMoved(newPage: Page): void {
    newPage.writeWord(HeaderWord.embedded, newPage.pfn);
  }

  /** Tells whoever still comes to the old page that its objects are elsewhere. Locks: its header lock. */
  protected retire(oldPage: Page): void {
    set(oldPage, State.migrated);
  }

  /** Leads the handles of all objects to the new page. Locks: its header lock. */
  protected *redirect(newPage: Page, slots: Slots): Op<void> {
    const { slotsLock } = this.pool;
    yield* slotsLock.writeAcquire();
    for (const buddy of objectsOf(newPage)) slots.pages[buddy] = newPage;
    yield* slotsLock.writeRelease();
  }

  /** Undoes what isolation did to the lists. Locks: the header lock. */
  protected *relistPutBack(page: Page): Op<void> {
    yield* this.relist(page);
  }

  /** One page less is the VM's: whoever destroys the pool may go on. */
  protected *endIsolation(): Op<void> {
    const { pool } = this;
    yield* pool.lock.acquire();
    pool.state.isolated--;
    yield* pool.lock.release();
    yield* pool.isolationEnded.wakeUp();
  }

  /** Refuses new isolations and waits for those that there are. May sleep. */
  protected *drain(): Op<void> {
    const { pool } = this;
    yield* pool.lock.acquire();
    pool.state.destroying = true;
    yield* pool.lock.release();
    yield* pool.isolationEnded.waitEvent(() => this.drained());
  }

  /** Whether no page is isolated. */
  protected *drained(): Op<boolean> {
    const { pool } = this;
    yield* pool.lock.acquire();
    const { isolated } = pool.state;
    yield* pool.lock.release();
    return isolated === 0;
  }
}

/** The base of the z3fold exhibits. */
export const z3fold = driverBase('z3fold', Z3foldDriver, ['refuses-isolation']);
