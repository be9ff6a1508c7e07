import { clearPageMovable, type Op } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: freeing takes the page off the list without asking whether the VM has isolated it (balloon dequeue). */
class UnlinksIsolatedPages extends ListDriver {
  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    this.list.remove(page);
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }
}

export const failing = listDriver('unlinks-isolated-pages', UnlinksIsolatedPages);
