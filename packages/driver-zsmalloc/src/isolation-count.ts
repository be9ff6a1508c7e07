import { waitQueue, word, type Op } from '@movable-pages/core';

/**
 * How many zspages the VM has a page of, and who waits for there being none.
 *
 * Who destroys the pool says so first and counts then; who gives the last page back counts first and then asks whether a
 * pool is being destroyed. So one of the two sees the other.
 *
 * @kernel mm/zsmalloc.c wait_for_isolated_drain, zs_pool_dec_isolated
 * @since 0.1.0
 */
export class IsolationCount {
  protected readonly isolated = word('zs_pool.isolated_pages');
  protected readonly destroying = word('zs_pool.destroying');
  protected readonly drained = waitQueue('zs_pool.migration_wait');

  constructor() {
    Object.freeze(this);
  }

  /** The VM has a page of one more zspage. Never sleeps. */
  *increment(): Op<void> {
    yield* this.isolated.fetchAdd(1);
  }

  /** The VM has no page of one of them any more. Never sleeps. */
  *decrement(): Op<void> {
    const before = yield* this.isolated.fetchAdd(-1);
    if (before === 1 && (yield* this.destroying.load()) === 1) yield* this.drained.wakeUpAll();
  }

  /** Sleeps until the VM has no page of the pool. From here on the pool is being destroyed. */
  *drain(): Op<void> {
    const { isolated } = this;
    yield* this.destroying.store(1);
    yield* this.drained.waitEvent(function* (): Op<boolean> {
      return (yield* isolated.load()) === 0;
    });
  }

  /** The count as it is. For reports. */
  peek(): number {
    return this.isolated.peek();
  }
}
