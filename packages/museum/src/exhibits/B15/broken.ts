import { setPageMovable, type Op, type Page } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';
import type { Z3foldHandle } from '../../bases/z3fold/objects.js';

/** Marks first, without the page lock. */
export class MarksUnlocked extends Z3foldDriver {
  protected override *publish(page: Page): Op<Z3foldHandle> {
    yield* setPageMovable(page, this.context.mapping);
    const lock = this.pool.lockOf(page);
    yield* lock.acquire();
    const handle = yield* this.place(page);
    yield* lock.release();
    return handle;
  }
}
