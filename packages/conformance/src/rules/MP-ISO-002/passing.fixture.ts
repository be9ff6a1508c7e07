import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** Gives one page at a time, and decides before it changes anything. */
class DecidesFirst extends ListDriver {
  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    const keep = this.state.isolated > 0;
    if (!keep) {
      this.list.remove(page);
      this.state.isolated++;
    }
    yield* this.lock.release();
    return !keep;
  }
}

export const passing = listDriver('decides-first', DecidesFirst, ['refuses-isolation']);
