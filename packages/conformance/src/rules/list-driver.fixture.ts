import {
  clearPageMovable,
  copyPage,
  defineDriver,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  pageList,
  setPageMovable,
  shared,
  spinLock,
  type AddressSpaceDriver,
  type Capability,
  type DriverContext,
  type DriverDefinition,
  type MovableMapping,
  type Op,
  type Page,
  type PageList,
  type SpinLock,
  type Workload,
} from '@movable-pages/core';

/** An object of the list driver: a page with a value in its first word. */
export interface Cell {
  page: Page;
}

/** The parts of the list driver, each replaceable by a broken one. */
export class ListDriver implements AddressSpaceDriver {
  readonly lock: SpinLock = spinLock('list.lock');
  readonly list: PageList;
  readonly state = shared({ isolated: 0, total: 0 });
  readonly cells = shared<Cell[]>([]);

  constructor(readonly context: DriverContext) {
    this.list = pageList(context.kernel, 'list.pages');
  }

  *isolatePage(page: Page, _mode: number): Op<boolean> {
    yield* this.lock.acquire();
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  }

  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    yield* this.copy(newPage, oldPage);
    const cell = this.cellOf(oldPage);
    if (cell !== undefined) cell.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* newPage.get();
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  /** Locks: the list's. */
  *copy(newPage: Page, oldPage: Page): Op<void> {
    yield* copyPage(newPage, oldPage);
  }

  *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    this.state.isolated--;
    yield* this.lock.release();
  }

  *allocate(): Op<Cell | null> {
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    yield* page.lock();
    const cell = yield* this.enlist(page);
    yield* setPageMovable(page, this.context.mapping);
    yield* page.unlock();
    return cell;
  }

  *enlist(page: Page): Op<Cell> {
    yield* this.lock.acquire();
    const cell = this.makeCell(page);
    this.cells.push(cell);
    this.list.add(page);
    this.state.total++;
    yield* this.lock.release();
    return cell;
  }

  makeCell(page: Page): Cell {
    return shared<Cell>({ page });
  }

  *write(cell: Cell, value: number): Op<void> {
    yield* this.lock.acquire();
    cell.page.writeWord(0, value);
    yield* this.lock.release();
  }

  *read(cell: Cell): Op<number> {
    yield* this.lock.acquire();
    const value = cell.page.readWord(0);
    yield* this.lock.release();
    return value;
  }

  /** Frees a cell; its page may be replaced while the page lock is waited for. */
  *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }

  /** Locks the page of a cell, whichever it is once the lock is had. */
  *lockPageOf(cell: Cell): Op<Page> {
    for (;;) {
      yield* this.lock.acquire();
      const { page } = cell;
      yield* page.get();
      yield* this.lock.release();
      yield* page.lock();
      yield* this.lock.acquire();
      const same = cell.page === page;
      yield* this.lock.release();
      if (!same) yield* page.unlock();
      yield* page.put();
      if (same) return page;
    }
  }

  cellOf(page: Page): Cell | undefined {
    return this.cells.find((cell) => cell.page === page);
  }

  workload(): Workload<Cell> {
    return {
      allocate: () => this.allocate(),
      write: (cell, value) => this.write(cell, value),
      read: (cell) => this.read(cell),
      free: (cell) => this.free(cell),
    };
  }
}

/** A driver of these parts: the right ones, or a subclass that breaks one. */
export function listDriver(
  name = 'list',
  Parts: new (context: DriverContext) => AddressSpaceDriver = ListDriver,
  capabilities: readonly Capability[] = [],
): DriverDefinition {
  return defineDriver({
    name,
    version: '1.0.0',
    contract: 'a_ops',
    capabilities,
    create: (context) => new Parts(context),
  });
}
