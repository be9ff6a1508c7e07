import { clearPageMovable, type Op } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: leaves a page that is isolated to its putback, which never comes for a page that was let go of. */
class LeavesIsolatedPagesToPutback extends ListDriver {
  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    const isolated = !this.list.has(page);
    if (isolated) this.state.isolated--;
    else this.list.remove(page);
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    if (!isolated) yield* page.put();
  }
}

export const failing = listDriver('leaves-isolated-pages-to-putback', LeavesIsolatedPagesToPutback);
