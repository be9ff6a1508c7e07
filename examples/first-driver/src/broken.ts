import {
  clearPageMovable,
  copyPage,
  Errno,
  inject,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  movableDriver,
  MovableMapping,
  PageAllocator,
  setPageMovable,
  shared,
  spinLock,
  type AddressSpaceDriver,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';

/** The driver of `driver.ts` with one mistake in it. */
@movableDriver({ name: 'cells-broken', contract: 'a_ops' })
export default class BrokenCells implements AddressSpaceDriver {
  /** Guards all that follows, and the values. Comes after page locks: its holder only tries those. */
  private readonly lock = spinLock('cells.lock');
  /** The page of each cell. */
  private readonly cells = shared(new Map<number, Page>());
  /** Our pages, without those that the VM has isolated. */
  private readonly list = shared(new Set<Page>());
  private readonly last = shared({ cell: 0 });

  constructor(
    @inject(PageAllocator) private readonly allocator: PageAllocator,
    @inject(MovableMapping) private readonly mapping: MovableMapping,
  ) {}

  *isolatePage(page: Page): Op<boolean> {
    this.list.delete(page);
    return true;
  }

  *migratePage(_: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    // The copy must happen under our lock, so we cannot leave it to others.
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* newPage.get();
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    this.cells.set(oldPage.private, newPage);
    this.list.add(newPage);
    yield* this.lock.release();
    newPage.private = oldPage.private;
    yield* setPageMovable(newPage, this.mapping);
    oldPage.private = 0;
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    yield* this.lock.release();
  }

  workload(): Workload<number> {
    const { allocator, mapping, lock, cells, list, last } = this;
    return {
      *allocate() {
        const page = yield* allocator.allocPage();
        if (page === null) return null;
        yield* page.lock();
        yield* lock.acquire();
        const cell = ++last.cell;
        cells.set(cell, page);
        list.add(page);
        yield* lock.release();
        page.private = cell;
        // Last: from here on the VM may come for the page.
        yield* setPageMovable(page, mapping);
        yield* page.unlock();
        return cell;
      },
      *write(cell, value) {
        yield* lock.acquire();
        cells.get(cell)!.writeWord(0, value);
        yield* lock.release();
      },
      *read(cell) {
        yield* lock.acquire();
        const value = cells.get(cell)!.readWord(0);
        yield* lock.release();
        return value;
      },
      *free(cell) {
        yield* lock.acquire();
        let page = cells.get(cell)!;
        while (!(yield* page.tryLock())) {
          // The VM has it. Our reference keeps it alive while we sleep; by then the cell may have moved.
          yield* page.get();
          yield* lock.release();
          yield* page.waitUntilUnlocked();
          yield* page.put();
          yield* lock.acquire();
          page = cells.get(cell)!;
        }
        cells.delete(cell);
        // Not there if it is isolated. The VM will see that we let go of it.
        list.delete(page);
        yield* lock.release();
        page.private = 0;
        yield* clearPageMovable(page);
        yield* page.unlock();
        yield* page.put();
      },
      inspect: () => ({ pages: cells.size, objects: cells.size }),
    };
  }
}
