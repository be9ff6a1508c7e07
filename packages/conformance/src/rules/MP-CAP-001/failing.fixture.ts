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

/** The mistake: its objects are of one page each. */
export const groupsOfOne = listDriver('groups-of-one', ListDriver, ['page-groups']);

/** The mistake: it says that it can leave copying to others, and refuses. */
export const refusesNoCopy = listDriver('refuses-no-copy', ListDriver, ['supports-no-copy']);
