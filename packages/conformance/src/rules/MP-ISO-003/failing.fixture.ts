import type { Op } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: counts the page as isolated and leaves it on the list, where the VM will link it into its own. */
class LeavesItOnTheList extends ListDriver {
  override *isolatePage(): Op<boolean> {
    yield* this.lock.acquire();
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  }
}

export const failing = listDriver('leaves-it-on-the-list', LeavesItOnTheList);
