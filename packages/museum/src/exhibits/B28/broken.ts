import { Gfp, type Op } from '@movable-pages/core';
import { BalloonBase } from '../../bases/balloon/driver.js';

/** Takes the lock first and allocates then. */
export class AllocatesUnderTheLock extends BalloonBase {
  protected override *inflate(): Op<boolean> {
    yield* this.balloonLock.acquire();
    const page = yield* this.context.allocator.allocPage({ gfp: Gfp.highUserMovable });
    const taken = page !== null && (yield* this.takeIn(page));
    yield* this.balloonLock.release();
    return taken;
  }
}
