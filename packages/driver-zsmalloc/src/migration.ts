import { copyPage, Errno, MIGRATEPAGE_SUCCESS, MigrateMode, type Op, type Page } from '@movable-pages/core';
import { Fullness } from './fullness.js';
import type { ZsHandle } from './handle.js';
import { objectsIn, objHandle } from './objects.js';
import type { ZsPool } from './pool.js';
import type { Zspage } from './zspage.js';

/**
 * The pages of a pool for the VM: isolated, migrated, put back. Any page of a chain moves by itself; what is isolated is
 * the whole zspage.
 *
 * @kernel mm/zsmalloc.c zsmalloc_aops
 * @since 0.1.0
 */
export class ZsMigration {
  constructor(
    /** Whose pages. */
    protected readonly pool: ZsPool,
  ) {
    Object.freeze(this);
  }

  /**
   * Lets the VM have a page. Refuses if its zspage is empty: that is about to be freed. Never sleeps.
   *
   * Locks: the page lock.
   *
   * @kernel mm/zsmalloc.c zs_page_isolate
   */
  *isolate(page: Page): Op<boolean> {
    // The page is locked, so its zspage cannot go away.
    const zspage = this.pool.zspages.of(page);
    const { sizeClass } = zspage;
    yield* sizeClass.lock.acquire();
    const taken = zspage.inuse > 0;
    if (taken) {
      if (zspage.isolated === 0) {
        // Off its list, so that nothing more is allocated from it.
        sizeClass.remove(zspage);
        yield* this.pool.isolation.increment();
      }
      this.incIsolation(zspage);
    }
    yield* sizeClass.lock.release();
    return taken;
  }

  /**
   * Moves a page. Fails with `-EAGAIN` while somebody uses an object that begins in it, with `-EINVAL` if it may not copy:
   * it must copy while nobody can use the objects. Never sleeps.
   *
   * Locks: both page locks.
   *
   * @kernel mm/zsmalloc.c zs_page_migrate
   */
  *migrate(newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    const { zspages } = this.pool;
    const zspage = zspages.of(oldPage);
    const { sizeClass } = zspage;
    const pinned: ZsHandle[] = [];
    // From here on nobody maps an object of the zspage, in this page or another.
    yield* zspage.lock.writeAcquire();
    yield* sizeClass.lock.acquire();
    const done = yield* this.pinObjects(zspage, oldPage, pinned);
    if (done) {
      yield* copyPage(newPage, oldPage);
      for (const handle of pinned) yield* handle.record(newPage.pfn, handle.index, true);
      // mutate-ignore swap-steps: the VM has a reference on the new page until this is over
      yield* zspages.replace(zspage, newPage, oldPage);
      // mutate-ignore swap-steps: the count is of zspages, and the page is locked
      yield* newPage.get();
      // mutate-ignore swap-steps: the worker needs the lock of the class, and the old page is in no chain
      yield* this.endIsolation(zspage);
      yield* zspages.reset(oldPage);
      yield* oldPage.put();
    }
    // mutate-ignore release-early: a pin may outlast the lock of the class: nobody waits for one under it
    for (const handle of pinned) yield* handle.unpin();
    yield* sizeClass.lock.release();
    yield* zspage.lock.writeRelease();
    return done ? MIGRATEPAGE_SUCCESS : -Errno.EAGAIN;
  }

  /** Takes a page back. Never sleeps. Locks: the page lock. @kernel mm/zsmalloc.c zs_page_putback */
  *putback(page: Page): Op<void> {
    const zspage = this.pool.zspages.of(page);
    const { lock } = zspage.sizeClass;
    yield* lock.acquire();
    yield* this.endIsolation(zspage);
    yield* lock.release();
  }

  /** @kernel mm/zsmalloc.c inc_zspage_isolation */
  protected incIsolation(zspage: Zspage): void {
    zspage.isolated++;
  }

  /** @kernel mm/zsmalloc.c dec_zspage_isolation */
  protected decIsolation(zspage: Zspage): void {
    zspage.isolated--;
  }

  /**
   * The VM has one page less of a zspage; with the last it goes back on its list. If its objects were freed meanwhile, the
   * worker frees it: the page lock is held here.
   *
   * Locks: the page lock, `sizeClass.lock`.
   *
   * @kernel mm/zsmalloc.c putback_zspage_deferred
   */
  protected *endIsolation(zspage: Zspage): Op<void> {
    this.decIsolation(zspage);
    if (zspage.isolated > 0) return;
    if (zspage.sizeClass.insert(zspage) === Fullness.empty) yield* this.pool.zspages.freeLater();
    yield* this.pool.isolation.decrement();
  }

  /** Pins every object in use that begins in a page, into `pinned`; gives whether it has them all. Locks: `sizeClass.lock`. */
  private *pinObjects(zspage: Zspage, page: Page, pinned: ZsHandle[]): Op<boolean> {
    for (const index of objectsIn(zspage, page)) {
      const handle = objHandle(this.pool.handles, zspage, page, index);
      if (handle === null) continue;
      // By try: its holder waits for the zspage's lock.
      if (!(yield* handle.tryPin())) return false;
      pinned.push(handle);
    }
    return true;
  }
}
