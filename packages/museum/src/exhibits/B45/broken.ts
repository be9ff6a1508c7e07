import type { MigrateMode, Op, Page } from '@movable-pages/core';
import { BufferDriver } from '../../bases/buffers/driver.js';

/** Keeps everybody away with the spinlock while it copies. */
export class CopiesUnderTheLock extends BufferDriver {
  protected override *copy(newPage: Page, oldPage: Page, mode: MigrateMode): Op<void> {
    yield* this.lock.acquire();
    yield* super.copy(newPage, oldPage, mode);
    yield* this.lock.release();
  }
}
