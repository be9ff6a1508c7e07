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
  type Workload,
} from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The list driver with a count of its own. */
export class CountingDriver extends ListDriver {
  override workload(): Workload<Cell> {
    return {
      ...super.workload(),
      inspect: () => ({ pages: this.list.length + this.state.isolated, objects: this.cells.length }),
    };
  }
}

/** The mistake: moves a page and does not count it as back, so the count of isolated pages only ever grows. */
class CountDrifts extends CountingDriver {
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

export const failing = listDriver('count-drifts', CountDrifts);

/** The mistake: says what it would like to be. */
class SaysNothing extends CountingDriver {
  override workload(): Workload<Cell> {
    return { ...super.workload(), inspect: () => ({ pages: 0, objects: 0 }) };
  }
}

export const saysNothing = listDriver('says-nothing', SaysNothing);

/** The mistake: words are no count. */
class InspectsInWords extends CountingDriver {
  override workload(): Workload<Cell> {
    // oxlint-disable-next-line typescript/no-explicit-any -- the type forbids it
    return { ...super.workload(), inspect: () => 'two of each' } as any;
  }
}

export const inspectsInWords = listDriver('inspects-in-words', InspectsInWords);
