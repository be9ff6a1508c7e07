import type { Op } from '@movable-pages/core';
import { GroupDriver } from '../../bases/groups/driver.js';
import type { Group } from '../../bases/groups/group.js';

/** Takes the lock of migration, not that of the pool. */
export class CountsUnderAnotherLock extends GroupDriver {
  protected override *countIsolated(group: Group, delta: number): Op<void> {
    yield* this.migrateLock.writeAcquire();
    this.addIsolated(group, delta);
    yield* this.migrateLock.writeRelease();
  }
}
