import type { Op, Page } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';

/** Wants the page lock first, which its caller holds. */
export class TriesTheLockedPage extends Z3foldDriver {
  protected override *tryLockForMove(page: Page): Op<boolean> {
    if (!(yield* page.tryLock())) return false;
    yield* page.unlock();
    return yield* super.tryLockForMove(page);
  }
}
