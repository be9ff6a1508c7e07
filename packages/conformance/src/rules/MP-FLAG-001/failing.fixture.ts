import { PageFlag, type Op, type Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: putback tidies up PG_isolated, which the VM still needs when putback returns. */
class ClearsTheFlag extends ListDriver {
  override *putbackPage(page: Page): Op<void> {
    yield* super.putbackPage(page);
    yield* page.clearFlags(PageFlag.isolated);
  }
}

export const failing = listDriver('clears-the-flag', ClearsTheFlag);
