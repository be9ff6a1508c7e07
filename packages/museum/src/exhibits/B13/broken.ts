import type { Op } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';

/** Moves a page whose work is queued, and leaves the copied lock and work item as they were copied. */
export class CopiesTheEmbedded extends Z3foldDriver {
  protected override *workIsPending(): Op<boolean> {
    return false;
  }

  protected override initMoved(): void {}
}
