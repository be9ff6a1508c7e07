import {
  clearPageMovable,
  copyPage,
  defineDriver,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  mutex,
  setPageMovable,
  shared,
  waitQueue,
  word,
  workQueue,
  type AddressSpaceDriver,
  type DriverContext,
  type MovableMapping,
  type Op,
  type Page,
  type SpinLock,
  type Word,
  type Workload,
} from '@movable-pages/core';
import { ListDriver, listDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';

// ---- page locks and nothing else ----------------------------------------------------------------------------------

/**
 * An object is a slot that holds a page frame number. The page lock guards everything of a page; a slot is looked up as
 * the page cache is: read, get unless zero, lock, look again.
 */
export class SlotDriver implements AddressSpaceDriver {
  readonly slots: readonly Word[] = Object.freeze([0, 1, 2, 3].map((index) => word(`slot ${index}`)));

  constructor(readonly context: DriverContext) {}

  *isolatePage(): Op<boolean> {
    return true;
  }

  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    const slot = this.slots[oldPage.private - 1]!;
    yield* copyPage(newPage, oldPage);
    newPage.private = oldPage.private;
    oldPage.private = 0;
    yield* newPage.get();
    yield* setPageMovable(newPage, mapping);
    yield* slot.store(newPage.pfn + 1);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  *putbackPage(): Op<void> {}

  *allocate(): Op<number | null> {
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    yield* page.lock();
    for (const [index, slot] of this.slots.entries()) {
      if (!(yield* slot.compareExchange(0, page.pfn + 1))) continue;
      page.private = index + 1;
      yield* setPageMovable(page, this.context.mapping);
      yield* page.unlock();
      return index;
    }
    yield* page.unlock();
    yield* page.put();
    return null;
  }

  *withPage<T>(index: number, body: (page: Page) => Op<T>): Op<T> {
    const page = yield* this.lockPageOf(index);
    const result = yield* body(page);
    yield* page.unlock();
    yield* page.put();
    return result;
  }

  *lockPageOf(index: number): Op<Page> {
    const slot = this.slots[index]!;
    for (;;) {
      const held = yield* slot.load();
      const page = this.context.kernel.page(held - 1);
      if (!(yield* page.tryGet())) continue;
      yield* page.lock();
      if ((yield* slot.load()) === held) return page;
      yield* page.unlock();
      yield* page.put();
    }
  }

  *letGo(index: number, page: Page): Op<void> {
    yield* this.slots[index]!.store(0);
    page.private = 0;
    yield* clearPageMovable(page);
    yield* page.put();
  }

  workload(): Workload<number> {
    return {
      allocate: () => this.allocate(),
      write: (index, value) =>
        this.withPage(index, function* (page): Op<void> {
          page.writeWord(0, value);
        }),
      read: (index) =>
        this.withPage(index, function* (page): Op<number> {
          return page.readWord(0);
        }),
      free: (index) => this.withPage(index, (page) => this.letGo(index, page)),
    };
  }
}

export const pageLocksOnly = defineDriver({
  name: 'page-locks-only',
  contract: 'a_ops',
  create: (context) => new SlotDriver(context),
});

// ---- a mutex that callbacks only try ------------------------------------------------------------------------------

/** The lock is a mutex: isolating refuses and migrating says "again" while somebody has it. */
class MutexDriver extends ListDriver {
  /** Has the methods of a spinlock that the parts use. */
  override readonly lock = mutex('list.mutex') as unknown as SpinLock;

  override *isolatePage(page: Page): Op<boolean> {
    if (!(yield* this.lock.tryAcquire())) return false;
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    if (!(yield* this.lock.tryAcquire())) return -Errno.EAGAIN;
    yield* copyPage(newPage, oldPage);
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* newPage.get();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    yield* this.lock.release();
    return MIGRATEPAGE_SUCCESS;
  }
}

export const triesAMutex = listDriver('tries-a-mutex', MutexDriver, ['refuses-isolation']);

// ---- a worker that frees ------------------------------------------------------------------------------------------

/** Freeing hands the object to a worker, as callers that must not sleep have to. */
class WorkerDriver extends ListDriver {
  readonly dead = shared<Cell[]>([]);
  readonly queue = workQueue('list.reaper');
  readonly work = this.queue.work('reap', () => this.reap());

  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    this.dead.push(cell);
    yield* this.lock.release();
    yield* this.queue.queueWork(this.work);
  }

  *reap(): Op<void> {
    for (;;) {
      yield* this.lock.acquire();
      const cell = this.dead.pop();
      yield* this.lock.release();
      if (cell === undefined) return;
      yield* super.free(cell);
    }
  }
}

export const freesByAWorker = listDriver('frees-by-a-worker', WorkerDriver);

// ---- pins ---------------------------------------------------------------------------------------------------------

interface PinnedCell extends Cell {
  pins: number;
}

/** Contents are used without a lock while a pin keeps the page where it is. */
export class PinningDriver extends ListDriver {
  override *isolatePage(page: Page, mode: number): Op<boolean> {
    yield* this.lock.acquire();
    const pinned = this.isPinned(page);
    yield* this.lock.release();
    // A pin that comes now is met by migratePage.
    return pinned ? false : yield* super.isolatePage(page, mode);
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    if (this.isPinned(oldPage)) {
      yield* this.lock.release();
      return -Errno.EAGAIN;
    }
    yield* copyPage(newPage, oldPage);
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* newPage.get();
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  isPinned(page: Page): boolean {
    return ((this.cellOf(page) as PinnedCell | undefined)?.pins ?? 0) > 0;
  }

  override makeCell(page: Page): Cell {
    return shared<PinnedCell>({ page, pins: 0 });
  }

  override *write(cell: Cell, value: number): Op<void> {
    const page = yield* this.pin(cell as PinnedCell, 1);
    page.writeWord(0, value);
    yield* this.pin(cell as PinnedCell, -1);
  }

  override *read(cell: Cell): Op<number> {
    const page = yield* this.pin(cell as PinnedCell, 1);
    const value = page.readWord(0);
    yield* this.pin(cell as PinnedCell, -1);
    return value;
  }

  *pin(cell: PinnedCell, by: number): Op<Page> {
    yield* this.lock.acquire();
    cell.pins += by;
    const { page } = cell;
    yield* this.lock.release();
    return page;
  }
}

export const pinsInUse = listDriver('pins-in-use', PinningDriver, ['refuses-isolation']);

// ---- the later contract -------------------------------------------------------------------------------------------

export const movableOperations = defineDriver({
  name: 'movable-operations',
  contract: 'movable_operations',
  create(context) {
    const parts = new ListDriver(context);
    return {
      isolatePage: (page: Page, mode: number) => parts.isolatePage(page, mode),
      migratePage: (newPage: Page, oldPage: Page, mode: MigrateMode) =>
        parts.migratePage(context.mapping, newPage, oldPage, mode),
      putbackPage: (page: Page) => parts.putbackPage(page),
      workload: () => parts.workload(),
    };
  },
});

// ---- freeing that waits for the VM --------------------------------------------------------------------------------

export interface MortalCell extends Cell {
  dead: boolean;
}

/**
 * An object that is freed while isolated stays until its page comes back, and a worker frees it then (zsmalloc). Unloading
 * refuses new isolations, waits until no page is isolated, and ends the worker.
 */
export class DrainingDriver extends ListDriver {
  readonly returned = waitQueue('list.returned');
  readonly queue = workQueue('list.reaper');
  readonly work = this.queue.work('reap', () => this.reap());
  readonly phase = shared({ stopping: false });

  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    const { stopping } = this.phase;
    if (!stopping) {
      this.list.remove(page);
      this.state.isolated++;
    }
    yield* this.lock.release();
    return !stopping;
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    this.cellOf(oldPage)!.page = newPage;
    yield* this.comesBack(newPage);
    yield* newPage.get();
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    yield* this.returned.wakeUpAll();
    return MIGRATEPAGE_SUCCESS;
  }

  override *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    yield* this.comesBack(page);
    yield* this.lock.release();
    yield* this.returned.wakeUpAll();
  }

  /** Locks: `lock`. The work is queued before the count falls: then a drain that sees the count sees the work. */
  *comesBack(page: Page): Op<void> {
    this.list.add(page);
    if ((this.cellOf(page) as MortalCell).dead) yield* this.queue.queueWork(this.work);
    this.state.isolated--;
  }

  override makeCell(page: Page): Cell {
    return shared<MortalCell>({ page, dead: false });
  }

  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    const isolated = !this.list.has(page);
    if (isolated) {
      (cell as MortalCell).dead = true;
    } else {
      this.list.remove(page);
      this.cells.splice(this.cells.indexOf(cell), 1);
      this.state.total--;
    }
    // To unlock a page takes a reference: the VM may let go of its own, and migration of ours, as soon as it is unlocked.
    if (isolated) yield* page.get();
    yield* this.lock.release();
    if (!isolated) yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }

  *reap(): Op<void> {
    for (;;) {
      yield* this.lock.acquire();
      const cell = this.cells.find((each) => (each as MortalCell).dead && this.list.has(each.page));
      yield* this.lock.release();
      if (cell === undefined) return;
      yield* this.free(cell);
    }
  }

  *unload(): Op<void> {
    yield* this.lock.acquire();
    this.phase.stopping = true;
    yield* this.lock.release();
    yield* this.drain();
    yield* this.queue.flush();
    yield* this.queue.destroy();
  }

  *drain(): Op<void> {
    yield* this.returned.waitEvent(() => this.isDrained());
  }

  *isDrained(): Op<boolean> {
    yield* this.lock.acquire();
    const drained = this.state.isolated === 0;
    yield* this.lock.release();
    return drained;
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), unload: () => this.unload() };
  }
}

export const drainsAtUnload = listDriver('drains-at-unload', DrainingDriver, ['refuses-isolation']);

// ---- freeing that putback finishes --------------------------------------------------------------------------------

/** An object that is freed while isolated is let go of by the callback that its page comes back with (z3fold). */
class ReleasingDriver extends ListDriver {
  override makeCell(page: Page): Cell {
    return shared<MortalCell>({ page, dead: false });
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    const { dead } = this.cellOf(oldPage) as MortalCell;
    if (dead) {
      yield* this.lock.release();
      return -Errno.EBUSY;
    }
    yield* copyPage(newPage, oldPage);
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* newPage.get();
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  override *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    const cell = this.cellOf(page) as MortalCell;
    this.state.isolated--;
    const { dead } = cell;
    if (dead) this.cells.splice(this.cells.indexOf(cell), 1);
    else this.list.add(page);
    yield* this.lock.release();
    if (!dead) return;
    yield* clearPageMovable(page);
    yield* page.put();
  }

  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    const isolated = !this.list.has(page);
    if (isolated) {
      (cell as MortalCell).dead = true;
    } else {
      this.list.remove(page);
      this.cells.splice(this.cells.indexOf(cell), 1);
    }
    this.state.total--;
    // To unlock a page takes a reference: the VM may let go of its own, and migration of ours, as soon as it is unlocked.
    if (isolated) yield* page.get();
    yield* this.lock.release();
    if (!isolated) yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }
}

export const releasesInPutback = listDriver('releases-in-putback', ReleasingDriver);
