import {
  clearPageMovable,
  copyPage,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  mutex,
  setPageMovable,
  shared,
  type AddressSpaceDriver,
  type DriverContext,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';

interface Cell {
  page: Page;
}

/** Pages under a mutex, which is not held over an allocation. */
export class MutexDriver implements AddressSpaceDriver {
  protected readonly mutex = mutex('cells.mutex');
  private readonly cells = shared<Cell[]>([]);

  constructor(protected readonly context: DriverContext) {}

  *isolatePage(_page: Page): Op<boolean> {
    return true;
  }

  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    if (!(yield* this.take(mode))) return -Errno.EAGAIN;
    yield* copyPage(newPage, oldPage);
    const cell = this.cells.find(({ page }) => page === oldPage);
    if (cell !== undefined) cell.page = newPage;
    yield* newPage.get();
    yield* this.mutex.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  /** Takes the mutex in migratePage. */
  *take(_mode: MigrateMode): Op<boolean> {
    return yield* this.mutex.tryAcquire();
  }

  *putbackPage(): Op<void> {}

  *allocate(): Op<Cell | null> {
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    yield* this.mutex.acquire();
    const cell = this.takeIn(page);
    yield* this.mutex.release();
    return yield* this.publish(cell);
  }

  /** Locks: the mutex. */
  takeIn(page: Page): Cell {
    const cell = shared<Cell>({ page });
    this.cells.push(cell);
    return cell;
  }

  *publish(cell: Cell): Op<Cell> {
    const { page } = cell;
    yield* page.lock();
    yield* setPageMovable(page, this.context.mapping);
    yield* page.unlock();
    return cell;
  }

  *free(cell: Cell): Op<void> {
    for (;;) {
      yield* this.mutex.acquire();
      const { page } = cell;
      yield* page.get();
      yield* this.mutex.release();
      yield* page.lock();
      yield* this.mutex.acquire();
      const same = cell.page === page;
      if (same) this.cells.splice(this.cells.indexOf(cell), 1);
      yield* this.mutex.release();
      if (same) yield* clearPageMovable(page);
      yield* page.unlock();
      yield* page.put();
      if (!same) continue;
      yield* page.put();
      return;
    }
  }

  workload(): Workload<Cell> {
    return { allocate: () => this.allocate(), free: (cell) => this.free(cell) };
  }
}

/**
 * The mistake: allocates under the mutex. That migratePage only tries it does not help whoever takes it under a page lock:
 * putback waits for that.
 */
export class AllocatesUnderMutex extends MutexDriver {
  override *allocate(): Op<Cell | null> {
    yield* this.mutex.acquire();
    const page = yield* this.context.allocator.allocPage();
    const cell = page === null ? null : this.takeIn(page);
    yield* this.mutex.release();
    return cell === null ? null : yield* this.publish(cell);
  }
}

/** The mistake: migratePage waits for the mutex under which the driver allocates. */
export class WaitsForItself extends AllocatesUnderMutex {
  override *take(mode: MigrateMode): Op<boolean> {
    if (mode === MigrateMode.async) return yield* super.take(mode);
    yield* this.mutex.acquire();
    return true;
  }
}
