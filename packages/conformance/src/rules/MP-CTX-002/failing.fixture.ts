import { mutex, type MigrateMode, type MovableMapping, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: takes a mutex in every mode, where ASYNC may only try. */
class SleepsInAsync extends ListDriver {
  readonly oneAtATime = mutex('list.mutex');

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* this.oneAtATime.acquire();
    const result = yield* super.migratePage(mapping, newPage, oldPage, mode);
    yield* this.oneAtATime.release();
    return result;
  }
}

export const failing = listDriver('sleeps-in-async', SleepsInAsync);
