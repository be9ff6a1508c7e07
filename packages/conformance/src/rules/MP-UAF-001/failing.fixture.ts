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

/** The mistake: says "moved" while the cell still leads to the old page (swap cache, 2023). */
class LeavesAStalePointer extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    this.list.add(newPage);
    this.state.isolated--;
    yield* newPage.get();
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }
}

export const failing = listDriver('leaves-a-stale-pointer', LeavesAStalePointer);
