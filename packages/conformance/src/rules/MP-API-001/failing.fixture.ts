import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: no yield* before the release, so the lock is never dropped. */
class ForgetsYieldStar extends ListDriver {
  override *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    this.state.isolated--;
    this.lock.release();
  }
}

export const failing = listDriver('forgets-yield-star', ForgetsYieldStar);
