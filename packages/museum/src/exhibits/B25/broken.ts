import type { Op, Page } from '@movable-pages/core';
import { BalloonBase } from '../../bases/balloon/driver.js';

/** Takes the page off the batch, which is what its caller did. */
export class UnlinksAgain extends BalloonBase {
  protected override *enqueue(page: Page): Op<void> {
    this.batch.remove(page);
    yield* super.enqueue(page);
  }
}
