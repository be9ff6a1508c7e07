import type { Op } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';

/** The condition of the drain, the wrong way round. */
export class WaitsForTheOpposite extends Z3foldDriver {
  protected override *drained(): Op<boolean> {
    return !(yield* super.drained());
  }
}
