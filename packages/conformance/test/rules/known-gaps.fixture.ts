import {
  choose,
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
import { ListDriver, listDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';

/** Moves a page and does not count it as back: the count of isolated pages only ever grows (SPEC RULE-37). */
class CountDrifts extends ListDriver {
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
    yield* newPage.get();
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }
}

export const countDrifts = listDriver('count-drifts', CountDrifts);

/** Frees the page of an object and keeps the object. */
class KeepsTheObject extends ListDriver {
  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }
}

export const keepsTheObject = listDriver('keeps-the-object', KeepsTheObject);

/** The device fails half-way, and what was done by then is not undone (SPEC RULE-33). */
class DoesNotUndo extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode !== MigrateMode.syncNoCopy && (yield* choose('device fails', 2)) === 1) {
      newPage.private = 1;
      return -Errno.EIO;
    }
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

export const doesNotUndo = listDriver('does-not-undo', DoesNotUndo);
