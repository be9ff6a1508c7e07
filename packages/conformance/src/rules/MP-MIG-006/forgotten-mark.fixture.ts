import {
  Errno,
  type MigrateMode,
  shared,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

interface PinnedCell extends Cell {
  pins: number;
}

/** A pin keeps the page of a cell where it is. */
class Pinning extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* this.lock.acquire();
    const pinned = this.isPinned(oldPage);
    yield* this.lock.release();
    return pinned ? -Errno.EBUSY : yield* super.migratePage(mapping, newPage, oldPage, mode);
  }

  isPinned(page: Page): boolean {
    return ((this.cellOf(page) as PinnedCell | undefined)?.pins ?? 0) > 0;
  }

  override makeCell(page: Page): Cell {
    return shared<PinnedCell>({ page, pins: 0 });
  }

  /** A pin waits for the callback that has the page. */
  *pin(cell: Cell): Op<readonly Page[]> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    (cell as PinnedCell).pins++;
    yield* this.lock.release();
    yield* page.unlock();
    return [page];
  }

  *unpin(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    this.dropPin(cell as PinnedCell);
    yield* this.lock.release();
  }

  dropPin(cell: PinnedCell): void {
    cell.pins--;
  }

  override workload(): Workload<Cell> {
    return {
      ...super.workload(),
      pin: (cell) => this.pin(cell),
      unpin: (cell) => this.unpin(cell),
    };
  }
}

/** The mistake: the last pin stays. */
class NeverUnpins extends Pinning {
  override dropPin(): void {}
}

/** As {@link NeverUnpins}, but the page is not given away to begin with. */
class NeverGives extends NeverUnpins {
  override *isolatePage(page: Page, mode: number): Op<boolean> {
    yield* this.lock.acquire();
    const pinned = this.isPinned(page);
    yield* this.lock.release();
    return pinned ? false : yield* super.isolatePage(page, mode);
  }
}

interface BusyCell extends Cell {
  busy: boolean;
}

/** What is written while the VM has its page is not moved meanwhile. */
class BusyWhileWritten extends ListDriver {
  override makeCell(page: Page): Cell {
    return shared<BusyCell>({ page, busy: false });
  }

  override *write(cell: Cell, value: number): Op<void> {
    yield* this.lock.acquire();
    if (!this.list.has(cell.page)) (cell as BusyCell).busy = true;
    yield* this.lock.release();
    yield* super.write(cell, value);
    yield* this.written(cell as BusyCell);
  }

  *written(cell: BusyCell): Op<void> {
    yield* this.lock.acquire();
    cell.busy = false;
    yield* this.lock.release();
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* this.lock.acquire();
    const busy = (this.cellOf(oldPage) as BusyCell | undefined)?.busy === true;
    yield* this.lock.release();
    return busy ? -Errno.EBUSY : yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

/** The mistake: it stays busy. */
class StaysBusy extends BusyWhileWritten {
  override *written(): Op<void> {}
}

export const pins = listDriver('pins-and-unpins', Pinning, ['pins']);
export const neverUnpins = listDriver('never-unpins', NeverUnpins, ['pins']);
export const neverGives = listDriver('never-gives', NeverGives, ['pins', 'refuses-isolation']);
export const staysBusy = listDriver('stays-busy', StaysBusy);
export const busyWhileWritten = listDriver('busy-while-written', BusyWhileWritten);
