import type { Op } from '@movable-pages/core';
import { GroupDriver } from '../../bases/groups/driver.js';

/** Frees the pool, whatever the VM has. */
export class DoesNotDrain extends GroupDriver {
  protected override *drain(): Op<void> {}
}
