import { SHRINK_STOP, type DriverContext, type Op, type Shrinker } from '@movable-pages/core';
import { listDriver } from '../list-driver.fixture.js';
import { PoolingDriver } from './pooling-driver.fixture.js';

/** A list driver that reclaim asks what it has. */
class AwaitsItsShrinker extends PoolingDriver {
  readonly shrinker: Shrinker;

  constructor(context: DriverContext) {
    super(context);
    this.shrinker = Object.freeze({
      name: 'list',
      countObjects: () => this.count(),
      *scanObjects(): Op<number> {
        return SHRINK_STOP;
      },
    });
    context.kernel.registerShrinker(this.shrinker);
  }

  *count(): Op<number> {
    yield* this.lock.acquire();
    const { total } = this.state;
    yield* this.lock.release();
    return total;
  }

  override *unload(): Op<void> {
    this.context.kernel.reclaim.unregisterShrinker(this.shrinker);
    yield* this.awaitShrinker();
    yield* super.unload();
  }

  awaitShrinker(): Op<void> {
    return this.context.kernel.reclaim.synchronizeShrinkers();
  }
}

export const awaitsItsShrinker = listDriver('awaits-its-shrinker', AwaitsItsShrinker, ['refuses-isolation']);

/** The mistake: takes its shrinker out, and does not wait for who is in it. */
class LeavesItsShrinker extends AwaitsItsShrinker {
  override *awaitShrinker(): Op<void> {}
}

export const leavesItsShrinker = listDriver('leaves-its-shrinker', LeavesItsShrinker, ['refuses-isolation']);
