import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: counts the page as isolated before it decides to keep it. The last page of the pool stays. */
class CountsBeforeItDecides extends ListDriver {
  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    this.state.isolated++;
    const keep = this.list.length < 2;
    if (!keep) this.list.remove(page);
    yield* this.lock.release();
    return !keep;
  }
}

export const failing = listDriver('counts-before-it-decides', CountsBeforeItDecides, ['refuses-isolation']);
