import { clearPageMovable, shared, type Op, type Page, type Workload } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The list driver with a swap: shrinking keeps the word of a cell there and lets its page go. */
export class SwappingDriver extends ListDriver {
  /** Under the list's lock: what cells without a page hold. */
  readonly swap = shared(new Map<Cell, number>());

  *shrink(): Op<number> {
    let freed = 0;
    yield* this.lock.acquire();
    for (const cell of this.cells) if (!this.swap.has(cell)) freed += yield* this.swapOut(cell);
    yield* this.lock.release();
    return freed;
  }

  /** Locks: the list's. By try: the VM has the page lock when it comes for the list's. */
  *swapOut(cell: Cell): Op<number> {
    const { page } = cell;
    if (!(yield* page.tryLock())) return 0;
    this.swap.set(cell, page.readWord(0));
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    cell.page = null as never;
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
    return 1;
  }

  override *write(cell: Cell, value: number): Op<void> {
    yield* this.lock.acquire();
    if (this.swap.has(cell)) this.swap.set(cell, value);
    else cell.page.writeWord(0, value);
    yield* this.lock.release();
  }

  override *read(cell: Cell): Op<number> {
    yield* this.lock.acquire();
    const value = this.swap.get(cell) ?? cell.page.readWord(0);
    yield* this.lock.release();
    return value;
  }

  /** For those who free while nobody shrinks. */
  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    const swapped = this.swap.delete(cell);
    if (swapped) {
      this.cells.splice(this.cells.indexOf(cell), 1);
      this.state.total--;
    }
    yield* this.lock.release();
    if (!swapped) yield* super.free(cell);
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), shrink: () => this.shrink() };
  }
}

export const passing = listDriver('swaps', SwappingDriver, ['shrinks']);

/** As it, for those who free while somebody shrinks: waits for the page with a reference of its own. */
export class WaitingDriver extends SwappingDriver {
  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    let page: Page | null = cell.page;
    while (page !== null && !(yield* page.tryLock())) {
      yield* page.get();
      yield* this.lock.release();
      yield* page.waitUntilUnlocked();
      yield* page.put();
      yield* this.lock.acquire();
      ({ page } = cell);
    }
    this.swap.delete(cell);
    this.cells.splice(this.cells.indexOf(cell), 1);
    this.state.total--;
    if (page !== null && this.list.has(page)) this.list.remove(page);
    else if (page !== null) this.state.isolated--;
    yield* this.lock.release();
    if (page === null) return;
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }
}

export const waits = listDriver('waits', WaitingDriver, ['shrinks']);
