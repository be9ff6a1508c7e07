import { Errno, type MigrateMode, type MovableMapping, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: tries the lock of the old page, which its caller holds, so that no page ever moves (z3fold, 2019). */
class TriesTheCallersLock extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (!(yield* oldPage.tryLock())) return -Errno.EAGAIN;
    const result = yield* super.migratePage(mapping, newPage, oldPage, mode);
    yield* oldPage.unlock();
    return result;
  }
}

export const failing = listDriver('tries-the-callers-lock', TriesTheCallersLock);
