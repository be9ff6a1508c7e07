import {
  MIGRATEPAGE_SUCCESS,
  type MigrateMode,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: a success code of its own, which the VM takes for a failure (balloon, 2014). */
class HasItsOwnSuccess extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const result = yield* super.migratePage(mapping, newPage, oldPage, mode);
    return result === MIGRATEPAGE_SUCCESS ? 1 : result;
  }
}

export const failing = listDriver('has-its-own-success', HasItsOwnSuccess);
