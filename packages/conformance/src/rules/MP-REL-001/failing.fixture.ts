import type { Op } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: drops the last reference on a page that still carries the driver's mark. */
class FreesMarkedPages extends ListDriver {
  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* page.unlock();
    yield* page.put();
  }
}

export const failing = listDriver('frees-marked-pages', FreesMarkedPages);
