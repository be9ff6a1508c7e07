import type { Op } from '@movable-pages/core';
import { GroupDriver } from '../../bases/groups/driver.js';

/** Is loaded without a word to the VM. */
export class RegistersNothing extends GroupDriver {
  protected override *registerOperations(): Op<void> {}
}
