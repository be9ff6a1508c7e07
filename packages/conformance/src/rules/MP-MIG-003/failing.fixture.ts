import { copyPage, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: the arguments of the copy are the wrong way round. */
class CopiesBackwards extends ListDriver {
  override *copy(newPage: Page, oldPage: Page): Op<void> {
    yield* copyPage(oldPage, newPage);
  }
}

export const failing = listDriver('copies-backwards', CopiesBackwards);
