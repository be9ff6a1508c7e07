import {
  setPageMovable,
  type MigrateMode,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: marks the target before it is certain that the page can move, and does not take the mark off again. */
class MarksTheTargetFirst extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* setPageMovable(newPage, mapping);
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

export const failing = listDriver('marks-the-target-first', MarksTheTargetFirst);
