import { yieldNow, type Op } from '@movable-pages/core';
import { GroupDriver } from '../../bases/groups/driver.js';

/** Rests while it unmaps. */
export class SleepsBeforeTheUnlock extends GroupDriver {
  protected override *endMapping(): Op<void> {
    this.context.kernel.machine.mightSleep('cond_resched', false);
    yield* yieldNow();
  }
}
