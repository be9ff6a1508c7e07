import type { Op } from '@movable-pages/core';
import { BufferDriver } from '../../bases/buffers/driver.js';

/** Uses the page that a fault found without a reference. */
export class HoldsNothing extends BufferDriver {
  protected override *hold(): Op<void> {}

  protected override *drop(): Op<void> {}
}
