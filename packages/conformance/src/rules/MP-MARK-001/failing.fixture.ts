import { setPageMovable, type Op } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: a page fresh from the allocator is marked without its lock, for who should know of it (z3fold, 2019). */
class MarksUnlocked extends ListDriver {
  override *allocate(): Op<Cell | null> {
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    const cell = yield* this.enlist(page);
    yield* setPageMovable(page, this.context.mapping);
    return cell;
  }
}

export const failing = listDriver('marks-unlocked', MarksUnlocked);
