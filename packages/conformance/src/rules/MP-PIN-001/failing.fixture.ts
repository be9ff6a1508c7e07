import type { MigrateMode, MovableMapping, Op, Page } from '@movable-pages/core';
import { ListDriver, listDriver, type Cell } from '../list-driver.fixture.js';
import { PinningDriver } from './passing.fixture.js';

/** The mistake: looks at pins when a page is isolated, and not when it is moved. The pins move with the page. */
class LooksTooEarly extends PinningDriver {
  override *isolatePage(page: Page, mode: number): Op<boolean> {
    return page.private === 0 && (yield* super.isolatePage(page, mode));
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const move = ListDriver.prototype.migratePage;
    const result = yield* move.call(this, mapping, newPage, oldPage, mode);
    newPage.private = oldPage.private;
    oldPage.private = 0;
    return result;
  }
}

export const failing = listDriver('looks-too-early', LooksTooEarly, ['pins', 'refuses-isolation']);

/** The same, and it does not say either which pages must stay. */
class SaysNothing extends LooksTooEarly {
  override *pin(cell: Cell): Op<undefined> {
    yield* super.pin(cell);
    return undefined;
  }
}

export const saysNothing = listDriver('says-nothing', SaysNothing, ['pins', 'refuses-isolation']);
