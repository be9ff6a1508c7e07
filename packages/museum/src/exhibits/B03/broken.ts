import type { Op } from '@movable-pages/core';
import { GroupDriver } from '../../bases/groups/driver.js';
import type { Group } from '../../bases/groups/group.js';

/** Counts the page as not isolated, and looks no further. */
export class ForgetsTheEmptied extends GroupDriver {
  protected override *endMove(group: Group): Op<void> {
    yield* this.countIsolated(group, -1);
    yield* this.poolLock.acquire();
    this.pool.isolated--;
    yield* this.poolLock.release();
    yield* this.returned.wakeUp();
  }
}
