import { Errno, MigrateMode, spinLock, type MovableMapping, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** Tries the lock of its readers, and asks for another try if one of them has it. */
class Tries extends ListDriver {
  /** Comes before the lock of the list. */
  private readonly readers = spinLock('readers');
  protected readonly otherwise: number = -Errno.EAGAIN;

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    if (!(yield* this.readers.tryAcquire())) return this.otherwise;
    const rc = yield* super.migratePage(mapping, newPage, oldPage, mode);
    yield* this.readers.release();
    return rc;
  }

  override *read(cell: Cell): Op<number> {
    yield* this.readers.acquire();
    const value = yield* super.read(cell);
    yield* this.readers.release();
    return value;
  }
}

/** The mistake: says that the page is busy for good. */
class GivesUp extends Tries {
  protected override readonly otherwise = -Errno.EBUSY;
}

export const failing = listDriver('gives-up', GivesUp);

export const right = listDriver('tries', Tries);
