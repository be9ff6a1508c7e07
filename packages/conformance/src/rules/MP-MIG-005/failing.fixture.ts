import { MigrateMode, type MovableMapping, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: does not look at the mode, and says "moved" where it was asked to leave the copying to others. */
class IgnoresTheMode extends ListDriver {
  override *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page): Op<number> {
    return yield* super.migratePage(mapping, newPage, oldPage, MigrateMode.sync);
  }
}

export const failing = listDriver('ignores-the-mode', IgnoresTheMode);
