import {
  Errno,
  type MigrateMode,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The list driver with pins: `private` of a page counts them, under the page lock, which the VM has when it migrates. */
export class PinningDriver extends ListDriver {
  *pin(cell: Cell): Op<Page[] | undefined> {
    const page = yield* this.lockPageOf(cell);
    page.private++;
    yield* page.unlock();
    return [page];
  }

  /** With a reference until the page is unlocked: it may be moved, and so freed, as soon as the lock is dropped. */
  *unpin(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* page.get();
    this.endPin(page);
    yield* page.unlock();
    yield* page.put();
  }

  /** Locks: the page lock. */
  protected endPin(page: Page): void {
    page.private--;
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (oldPage.private > 0) return -Errno.EBUSY;
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), pin: (cell) => this.pin(cell), unpin: (cell) => this.unpin(cell) };
  }
}

export const passing = listDriver('pins', PinningDriver, ['pins']);
