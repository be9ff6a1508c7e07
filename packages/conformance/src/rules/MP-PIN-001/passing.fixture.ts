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

  *unpin(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    page.private--;
    yield* page.unlock();
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
