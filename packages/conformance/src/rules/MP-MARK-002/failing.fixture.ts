import { clearPageMovable, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: two paths of freeing an object clear its page, as if clearing were idempotent. */
class ClearsTwice extends ListDriver {
  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.forget(cell, page);
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }

  *forget(cell: Cell, page: Page): Op<void> {
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
  }
}

export const failing = listDriver('clears-twice', ClearsTwice);
