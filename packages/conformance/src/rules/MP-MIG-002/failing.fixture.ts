import {
  clearPageMovable,
  copyPage,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  setPageMovable,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: takes no reference on the target; the VM drops its own, and the target goes free with the data in it. */
class TakesNoReference extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }
}

export const failing = listDriver('takes-no-reference', TakesNoReference);
