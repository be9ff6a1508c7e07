import type { Op, Page } from '@movable-pages/core';
import { listDriver } from '../list-driver.fixture.js';
import { CountsIsolated } from './passing.fixture.js';

/** The mistake: the field for the count holds 1 at most (zsmalloc, 2023). Both pages must be isolated at once to show it. */
class CountsInOneBit extends CountsIsolated {
  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    this.list.remove(page);
    this.state.isolated = (this.state.isolated + 1) & 1;
    yield* this.lock.release();
    return true;
  }
}

export const failing = listDriver('counts-in-one-bit', CountsInOneBit);

/** The mistake: counts what it puts back as isolated still. */
class CountsOnly extends CountsIsolated {
  override *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    yield* this.lock.release();
  }
}

export const onlyGrows = listDriver('counts-only', CountsOnly);
