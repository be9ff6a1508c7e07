import { mutex, type MigrateMode, type MovableMapping, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The mistake: freeing takes the mutex and then the page lock; migratePage comes with the page lock and takes the mutex. */
class LocksInTwoOrders extends ListDriver {
  readonly big = mutex('list.mutex');

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* this.big.acquire();
    const result = yield* super.migratePage(mapping, newPage, oldPage, mode);
    yield* this.big.release();
    return result;
  }

  override *free(cell: Cell): Op<void> {
    yield* this.big.acquire();
    yield* super.free(cell);
    yield* this.big.release();
  }
}

export const failing = listDriver('locks-in-two-orders', LocksInTwoOrders);
