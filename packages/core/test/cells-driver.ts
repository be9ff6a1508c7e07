import { MayBlock, shared, spinLock, type Op, type SpinLock } from '@movable-pages/machine';
import {
  clearPageMovable,
  copyPage,
  Gfp,
  setPageMovable,
  type Kernel,
  type MovableMapping,
  type Page,
} from '../src/index.ts';

/**
 * A right driver for exploration: a few cells, each of which may have a page, in tracked state behind a lock. Locks: a
 * page's, then this one.
 */
export class CellsDriver {
  readonly mapping: MovableMapping;
  private readonly lock: SpinLock;
  private readonly state: { pages: (Page | null)[]; isolated: number };

  /** To be called in construction. */
  constructor(
    readonly kernel: Kernel,
    cells: number,
    /** Looks again, under the page lock, whether the page is the cell's still. */
    private readonly looksAgain = true,
  ) {
    this.lock = spinLock('cells');
    this.state = shared({ pages: Array.from({ length: cells }, (): Page | null => null), isolated: 0 });
    this.mapping = kernel.createMapping('cells');
    this.mapping.connect({
      isolatePage: () => this.isolate(),
      migratePage: (_mapping, target, page) => this.migrate(target, page),
      putbackPage: () => this.putback(),
    });
  }

  /** Gives an empty cell a page; false if there is none. */
  *allocate(cell: number): Op<boolean> {
    this.kernel.machine.enterScope('driver', 'cells.allocate', MayBlock.yes);
    const page = yield* this.kernel.allocator.allocPage({ gfp: Gfp.highUserMovable });
    if (page !== null) {
      yield* page.lock();
      page.private = cell + 1;
      page.writeWord(0, valueOf(cell));
      yield* this.lock.acquire();
      this.state.pages[cell] = page;
      yield* this.lock.release();
      yield* setPageMovable(page, this.mapping);
      yield* page.unlock();
    }
    this.kernel.machine.leaveScope();
    return page !== null;
  }

  /** Takes a cell's page away and frees it; says whether it held what was written. */
  *free(cell: number): Op<boolean> {
    this.kernel.machine.enterScope('driver', 'cells.free', MayBlock.yes);
    const page = yield* this.lockCell(cell);
    let good = true;
    if (page !== null) {
      good = page.readWord(0) === valueOf(cell);
      yield* this.lock.acquire();
      this.state.pages[cell] = null;
      yield* this.lock.release();
      page.private = 0;
      yield* clearPageMovable(page);
      yield* page.unlock();
      yield* page.put();
    }
    this.kernel.machine.leaveScope();
    return good;
  }

  /** The page of a cell, locked; null if it has none. */
  private *lockCell(cell: number): Op<Page | null> {
    for (;;) {
      yield* this.lock.acquire();
      const page = this.state.pages[cell]!;
      if (page !== null) yield* page.get();
      yield* this.lock.release();
      if (page === null) return null;
      yield* page.lock();
      yield* this.lock.acquire();
      const still = !this.looksAgain || this.state.pages[cell] === page;
      yield* this.lock.release();
      if (!still) yield* page.unlock();
      yield* page.put();
      if (still) return page;
    }
  }

  private *isolate(): Op<boolean> {
    yield* this.lock.acquire();
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  }

  private *migrate(target: Page, page: Page): Op<number> {
    const cell = page.private - 1;
    yield* copyPage(target, page);
    yield* target.get();
    target.private = cell + 1;
    yield* this.lock.acquire();
    this.state.pages[cell] = target;
    this.state.isolated--;
    yield* this.lock.release();
    yield* setPageMovable(target, this.mapping);
    page.private = 0;
    yield* clearPageMovable(page);
    yield* page.put();
    return 0;
  }

  private *putback(): Op<void> {
    yield* this.lock.acquire();
    this.state.isolated--;
    yield* this.lock.release();
  }
}

/** What is written into the page of a cell. */
function valueOf(cell: number): number {
  return (cell + 1) * 11;
}
