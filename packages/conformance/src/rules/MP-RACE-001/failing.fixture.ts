import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: trusts the page lock to guard the list, which links pages that others have locked. */
class IsolatesWithoutTheListLock extends ListDriver {
  override *isolatePage(page: Page): Op<boolean> {
    this.list.remove(page);
    this.state.isolated++;
    return true;
  }
}

export const failing = listDriver('isolates-without-the-list-lock', IsolatesWithoutTheListLock);
