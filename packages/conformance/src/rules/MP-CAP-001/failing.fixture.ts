import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: refuses whenever its lock is taken, and does not declare that it may refuse. */
class RefusesSilently extends ListDriver {
  override *isolatePage(page: Page): Op<boolean> {
    if (!(yield* this.lock.tryAcquire())) return false;
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  }
}

export const failing = listDriver('refuses-silently', RefusesSilently);
