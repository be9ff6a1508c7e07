import { clearPageMovable, type Op } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: locks a page, which may sleep, under the spinlock that keeps the cell in place. */
class LocksThePageUnderASpinlock extends ListDriver {
  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    const { page } = cell;
    yield* page.lock();
    this.cells.splice(this.cells.indexOf(cell), 1);
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }
}

export const failing = listDriver('locks-the-page-under-a-spinlock', LocksThePageUnderASpinlock);
