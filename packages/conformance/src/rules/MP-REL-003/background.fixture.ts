import { shared, type DriverContext, type Op, type Workload } from '@movable-pages/core';
import { completion, kthread, waitQueue, workQueue } from '@movable-pages/machine';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** Frees what died on a thread of its own, later: all is clean in the end. */
abstract class FreesLater extends ListDriver {
  readonly dead = shared<Cell[]>([]);

  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    this.dead.push(cell);
    yield* this.lock.release();
    yield* this.wake();
  }

  abstract wake(): Op<unknown>;

  *reap(): Op<void> {
    for (;;) {
      yield* this.lock.acquire();
      const cell = this.dead.pop();
      yield* this.lock.release();
      if (cell === undefined) return;
      yield* super.free(cell);
    }
  }

  abstract unload(): Op<void>;

  override workload(): Workload<Cell> {
    return { ...super.workload(), unload: () => this.unload() };
  }
}

class WithWork extends FreesLater {
  readonly queue = workQueue('list.reaper');
  readonly work = this.queue.work('reap', () => this.reap());

  override wake(): Op<unknown> {
    return this.queue.queueWork(this.work);
  }

  override *unload(): Op<void> {
    yield* this.queue.destroy();
  }
}

/** The mistake: it leaves its work behind. */
class LeavesWork extends WithWork {
  override *unload(): Op<void> {}
}

class WithThread extends FreesLater {
  readonly woken = waitQueue('list.woken');
  readonly life = shared({ stopping: false });
  readonly ended = completion('list.ended');

  constructor(context: DriverContext) {
    super(context);
    kthread('list reaper', { daemon: true }, () => this.run());
  }

  override wake(): Op<unknown> {
    return this.woken.wakeUpAll();
  }

  *run(): Op<void> {
    for (let stopping = false; !stopping;) {
      yield* this.woken.waitEvent(() => this.isWanted());
      yield* this.lock.acquire();
      ({ stopping } = this.life);
      yield* this.lock.release();
      yield* this.reap();
    }
    yield* this.ended.complete();
  }

  *isWanted(): Op<boolean> {
    yield* this.lock.acquire();
    const wanted = this.life.stopping || this.dead.length > 0;
    yield* this.lock.release();
    return wanted;
  }

  *stop(): Op<void> {
    yield* this.lock.acquire();
    this.life.stopping = true;
    yield* this.lock.release();
    yield* this.woken.wakeUpAll();
  }

  override *unload(): Op<void> {
    yield* this.stop();
    yield* this.ended.wait();
  }
}

/** The mistake: it tells its thread to stop, and does not wait until it has. */
class LeavesThread extends WithThread {
  override *unload(): Op<void> {
    yield* this.stop();
  }
}

export const destroysItsQueue = listDriver('destroys-its-queue', WithWork);
export const leavesWork = listDriver('leaves-work', LeavesWork);
export const stopsItsThread = listDriver('stops-its-thread', WithThread);
export const leavesThread = listDriver('leaves-thread', LeavesThread);
