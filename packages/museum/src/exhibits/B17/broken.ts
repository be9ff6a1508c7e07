import type { Page } from '@movable-pages/core';
import { Z3foldDriver } from '../../bases/z3fold/driver.js';
import type { PoolState } from '../../bases/z3fold/pool.js';

/** Asks the slots, which may be gone. */
export class FindsThePoolThroughSlots extends Z3foldDriver {
  protected override poolOf(page: Page): PoolState {
    return this.pool.slotsOf[page.pfn]!.pool;
  }
}
