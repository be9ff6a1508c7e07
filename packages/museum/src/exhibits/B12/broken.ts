import type { Op } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';

/** Returns from isolatePage without the unlock. */
export class KeepsTheHeaderLock extends Z3foldDriver {
  protected override *leaveDestroyed(): Op<void> {}
}
