import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: counts in a plain field, which would carry over from one execution to the next. */
class CountsInAField extends ListDriver {
  isolations = 0;

  override *isolatePage(page: Page, mode: number): Op<boolean> {
    this.isolations++;
    return yield* super.isolatePage(page, mode);
  }
}

export const failing = listDriver('counts-in-a-field', CountsInAField);
