import { Errno, type MigrateMode, type MovableMapping, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: takes for a user what is the VM itself, which holds a reference on every page that it moves. */
class TakesTheVmForAUser extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if ((yield* oldPage.readRefCount()) > 1) return -Errno.EAGAIN;
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

export const failing = listDriver('takes-the-vm-for-a-user', TakesTheVmForAUser);
