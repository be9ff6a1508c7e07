import type { Op, Page } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';

/** Puts the page back on the LRU list alone. */
export class ForgetsOneList extends Z3foldDriver {
  protected override *relistPutBack(page: Page): Op<void> {
    yield* this.touch(page);
  }
}
