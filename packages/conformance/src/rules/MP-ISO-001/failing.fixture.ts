import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: the callback does its work and says nothing, which the VM takes for a refusal: the page is lost. */
class SaysNothing extends ListDriver {
  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return undefined as unknown as boolean;
  }
}

export const failing = listDriver('says-nothing', SaysNothing);
