import type { Op } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';

/** Destroys the queues at once, whatever the VM has. */
export class DoesNotDrain extends Z3foldDriver {
  protected override *drain(): Op<void> {}
}
