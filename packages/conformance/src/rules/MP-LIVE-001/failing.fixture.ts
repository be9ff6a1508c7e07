import { relax, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: freeing holds the page lock and spins until the VM gives the page back, for which the VM needs that lock. */
class SpinsUntilPutback extends ListDriver {
  override *lockPageOf(cell: Cell): Op<Page> {
    const page = yield* super.lockPageOf(cell);
    while (!(yield* this.isListed(page))) yield* relax();
    return page;
  }

  *isListed(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    const listed = this.list.has(page);
    yield* this.lock.release();
    return listed;
  }
}

export const failing = listDriver('spins-until-putback', SpinsUntilPutback);
