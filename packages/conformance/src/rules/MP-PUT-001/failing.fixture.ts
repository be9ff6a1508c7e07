import type { Op } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: putback undoes the counter and forgets the list, so the page can never be found again (z3fold, 2022). */
class ForgetsTheList extends ListDriver {
  override *putbackPage(): Op<void> {
    yield* this.lock.acquire();
    this.state.isolated--;
    yield* this.lock.release();
  }
}

export const failing = listDriver('forgets-the-list', ForgetsTheList);
