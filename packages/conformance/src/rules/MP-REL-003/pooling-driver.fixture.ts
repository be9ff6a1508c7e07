import {
  clearPageMovable,
  shared,
  type MigrateMode,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';
import { waitQueue, type WaitQueue } from '@movable-pages/machine';
import { ListDriver, type Cell } from '../list-driver.fixture.js';

/** A list driver that keeps the pages of freed objects until it is unloaded. */
export class PoolingDriver extends ListDriver {
  readonly drained: WaitQueue = waitQueue('list.drained');
  readonly life = shared({ stopped: false });

  override *isolatePage(page: Page, _mode: number): Op<boolean> {
    yield* this.lock.acquire();
    const give = !this.life.stopped && this.list.has(page);
    if (give) {
      this.list.remove(page);
      this.state.isolated++;
    }
    yield* this.lock.release();
    return give;
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const rc = yield* super.migratePage(mapping, newPage, oldPage, mode);
    yield* this.drained.wakeUpAll();
    return rc;
  }

  override *putbackPage(page: Page): Op<void> {
    yield* super.putbackPage(page);
    yield* this.drained.wakeUpAll();
  }

  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    yield* this.lock.release();
  }

  /** Gives no more pages away, waits for those that the VM has, and frees all there are. May sleep. */
  *unload(): Op<void> {
    yield* this.lock.acquire();
    this.life.stopped = true;
    yield* this.lock.release();
    yield* this.drain();
    yield* this.freeAll();
  }

  *drain(): Op<void> {
    yield* this.drained.waitEvent(() => this.nothingIsolated());
  }

  *nothingIsolated(): Op<boolean> {
    yield* this.lock.acquire();
    const nothing = this.state.isolated === 0;
    yield* this.lock.release();
    return nothing;
  }

  *freeAll(): Op<void> {
    for (let page = yield* this.take(); page !== null; page = yield* this.take()) {
      yield* clearPageMovable(page);
      yield* page.unlock();
      yield* page.put();
    }
  }

  /** A page of the list, locked and taken off it. */
  *take(): Op<Page | null> {
    for (;;) {
      yield* this.lock.acquire();
      const page = this.list.first();
      if (page !== null) yield* page.get();
      yield* this.lock.release();
      if (page === null) return null;
      yield* page.lock();
      yield* this.lock.acquire();
      const mine = this.list.has(page);
      if (mine) {
        this.list.remove(page);
        this.state.total--;
      }
      yield* this.lock.release();
      if (!mine) yield* page.unlock();
      yield* page.put();
      if (mine) return page;
    }
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), unload: () => this.unload() };
  }
}
