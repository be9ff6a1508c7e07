import { completion, kthread, shared, type Op, type Page } from '@movable-pages/core';

/** Somebody else, who takes and drops page locks when told to: a thread of its own, because a lock has one holder. */
export class PageLockHolder {
  private readonly asked = completion('mvdrv lock holder asked');
  private readonly done = completion('mvdrv lock holder done');
  private readonly order = shared<{ page: Page | null; lock: boolean }>({ page: null, lock: false });

  constructor() {
    kthread('mvdrv-lock-holder', { party: 'user', daemon: true }, () => this.obey());
    Object.freeze(this);
  }

  /** Has the other thread take the lock of a page. May sleep. */
  lock(page: Page): Op<void> {
    return this.ask(page, true);
  }

  /** Has the other thread drop it. May sleep. */
  unlock(page: Page): Op<void> {
    return this.ask(page, false);
  }

  private *ask(page: Page, lock: boolean): Op<void> {
    this.order.page = page;
    this.order.lock = lock;
    yield* this.asked.complete();
    yield* this.done.wait();
  }

  private *obey(): Op<void> {
    for (;;) {
      yield* this.asked.wait();
      const page = this.order.page!;
      if (this.order.lock) yield* page.lock();
      else yield* page.unlock();
      yield* this.done.complete();
    }
  }
}
