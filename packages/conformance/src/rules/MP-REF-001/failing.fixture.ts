import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: putback drops the reference of the isolation, which the VM drops itself. */
class DropsTheIsolationReference extends ListDriver {
  override *putbackPage(page: Page): Op<void> {
    yield* super.putbackPage(page);
    yield* page.put();
  }
}

export const failing = listDriver('drops-the-isolation-reference', DropsTheIsolationReference);
