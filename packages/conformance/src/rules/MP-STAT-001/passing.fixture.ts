import {
  MIGRATEPAGE_SUCCESS,
  type MigrateMode,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { listDriver } from '../list-driver.fixture.js';
import { CountsByNode } from './failing.fixture.js';

class CountsWhereItIs extends CountsByNode {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const rc = yield* super.migratePage(mapping, newPage, oldPage, mode);
    if (rc === MIGRATEPAGE_SUCCESS) {
      this.count(oldPage, -1);
      this.count(newPage, 1);
    }
    return rc;
  }
}

export const passing = listDriver('counts-where-it-is', CountsWhereItIs);
