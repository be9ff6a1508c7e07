import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: asserts that the VM isolates one page at a time. It isolates batches. */
class AssertsOneAtATime extends ListDriver {
  override *isolatePage(page: Page, mode: number): Op<boolean> {
    if (this.state.isolated !== 0) throw new Error('BUG: a page is isolated already');
    return yield* super.isolatePage(page, mode);
  }
}

export const failing = listDriver('asserts-one-at-a-time', AssertsOneAtATime);
