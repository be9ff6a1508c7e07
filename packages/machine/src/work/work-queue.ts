import { ambientMachine } from '../ambient.js';
import { MachineError } from '../errors.js';
import { LockMap } from '../locks/lock-map.js';
import type { Machine } from '../machine.js';
import { OpKind } from '../ops/kinds.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared-state/handle.js';

/** Items of one queue: each has a pending bit in the queue's word. */
const MAX_ITEMS = 24;
/** Above the pending bits: the number of the item that runs, 0 for none. */
const RUNNING_SHIFT = MAX_ITEMS;
const RUNNING = 0x1f << RUNNING_SHIFT;
const DESTROYED = 0x40000000;

/**
 * A piece of deferred work. Queued while pending it is not queued twice; queued while it runs it runs once more.
 *
 * @kernel include/linux/workqueue.h struct work_struct
 * @since 0.1.0
 */
export class Work {
  readonly [HANDLE] = true;

  constructor(
    readonly name: string,
    /** Number among the items of its queue, from 1. */
    readonly id: number,
    /** What the worker runs. May sleep. */
    readonly body: () => Op<unknown>,
    /** Its place in the order of locks: cancelling it waits for what it waits for. */
    readonly running: LockMap,
  ) {}
}

/**
 * A work queue with one worker thread. The worker is a thread like any other, so a schedule exists in which it runs as
 * late as can be. Items that are pending together run in the order in which they were declared.
 *
 * @kernel kernel/workqueue.c struct workqueue_struct
 * @since 0.1.0
 */
export class WorkQueue {
  readonly [HANDLE] = true;
  readonly #items: Work[] = [];
  /** Its place in the order of locks: flushing it waits for what its items wait for. */
  readonly #running: LockMap;

  constructor(
    private readonly machine: Machine,
    readonly name: string,
    /** Word: a pending bit for each item, the number of the one that runs, and the destroyed bit. */
    readonly location: number,
  ) {
    this.#running = new LockMap(machine, `work of ${name}`);
  }

  /**
   * Declares a piece of work that this queue can run. Only while the machine is built.
   *
   * @kernel include/linux/workqueue.h INIT_WORK
   * @throws MachineError `MP_LATE_LOCK`, `MP_PARAMETER` (more than 24 items).
   */
  work(name: string, body: () => Op<unknown>): Work {
    this.machine.refuseIfSealed(`work ${name}`);
    if (this.#items.length === MAX_ITEMS) {
      this.machine.misuse(
        new MachineError(
          'MP_PARAMETER',
          `${this.name} has ${MAX_ITEMS} items already and ${name} is one too many; make another queue`,
          { subject: name },
        ),
      );
    }
    const running = new LockMap(this.machine, `work ${name}`);
    const made = new Work(name, this.#items.length + 1, body, running);
    this.#items.push(made);
    return made;
  }

  /**
   * Queues work. Never sleeps.
   *
   * @kernel include/linux/workqueue.h queue_work
   * @returns False if it was pending already.
   * @throws MachineError `MP_WORK_ON_DESTROYED_QUEUE`.
   */
  *queueWork(work: Work): Op<boolean> {
    const bit = pendingBit(work);
    const old = (yield* this.machine.makeOp(OpKind.fetchOr, this.location, bit, 0)) as number;
    if ((old & DESTROYED) !== 0) this.refuseDestroyed(`${work.name} is queued on`, work.name);
    return (old & bit) === 0;
  }

  /** Whether the work is queued and does not run yet. Never sleeps. @kernel include/linux/workqueue.h work_pending */
  *workPending(work: Work): Op<boolean> {
    const word = (yield* this.machine.makeOp(OpKind.load, this.location, 0, 0)) as number;
    return (word & pendingBit(work)) !== 0;
  }

  /** Waits until what was queued of this work has run. May sleep. @kernel kernel/workqueue.c flush_work */
  *flushWork(work: Work): Op<void> {
    this.machine.mightSleep(`flush of ${work.name}`, true);
    this.#running.mightEnter();
    yield* this.machine.makeWait(OpKind.awaitEqual, this.location, pendingBit(work), 0, 0, 0);
    yield* this.machine.makeWait(
      OpKind.awaitNotEqual,
      this.location,
      RUNNING,
      work.id << RUNNING_SHIFT,
      0,
      0,
    );
  }

  /**
   * Takes the work out of the queue and waits until it does not run. May sleep.
   *
   * @returns Whether it was pending.
   * @kernel kernel/workqueue.c cancel_work_sync
   */
  *cancelWorkSync(work: Work): Op<boolean> {
    this.machine.mightSleep(`cancel of ${work.name}`, true);
    work.running.mightEnter();
    const bit = pendingBit(work);
    const old = (yield* this.machine.makeOp(OpKind.fetchAnd, this.location, ~bit, 0)) as number;
    yield* this.machine.makeWait(
      OpKind.awaitNotEqual,
      this.location,
      RUNNING,
      work.id << RUNNING_SHIFT,
      0,
      0,
    );
    return (old & bit) !== 0;
  }

  /** Waits until every item is done. May sleep. @kernel kernel/workqueue.c flush_workqueue */
  *flush(): Op<void> {
    for (const work of this.#items) yield* this.flushWork(work);
  }

  /**
   * Runs what is pending, then refuses more: queueing on it from here on is a misuse. May sleep.
   *
   * @kernel kernel/workqueue.c destroy_workqueue
   * @throws MachineError `MP_WORK_ON_DESTROYED_QUEUE` if it is destroyed already.
   */
  *destroy(): Op<void> {
    this.machine.mightSleep(`destroy of ${this.name}`, true);
    this.#running.mightEnter();
    yield* this.machine.makeWait(OpKind.awaitEqual, this.location, ~DESTROYED, 0, 0, 0);
    const old = (yield* this.machine.makeOp(OpKind.fetchOr, this.location, DESTROYED, 0)) as number;
    if ((old & DESTROYED) !== 0) this.refuseDestroyed('somebody destroys', this.name);
  }

  /** @internal What the worker thread runs. */
  *worker(): Op<never> {
    const machine = this.machine;
    const thread = machine.current!;
    for (;;) {
      thread.betweenWork = true;
      yield* machine.makeWait(OpKind.awaitNotEqual, this.location, ~DESTROYED, 0, 0, 0);
      const old = (yield* machine.makeOp(OpKind.load, this.location, 0, 0)) as number;
      const work = this.#items.find((item) => (old & pendingBit(item)) !== 0);
      if (work === undefined) continue;
      const claim = (old & ~pendingBit(work)) | (work.id << RUNNING_SHIFT);
      if (!((yield* machine.makeOp(OpKind.compareExchange, this.location, old, claim)) as boolean)) continue;
      thread.betweenWork = false;
      this.#running.enter();
      work.running.enter();
      yield* work.body();
      work.running.leave();
      this.#running.leave();
      yield* machine.makeOp(OpKind.fetchAnd, this.location, ~RUNNING, 0);
    }
  }

  private refuseDestroyed(what: string, subject: string): never {
    this.machine.misuse(
      new MachineError(
        'MP_WORK_ON_DESTROYED_QUEUE',
        `${what} ${this.name}, which is destroyed; wait for everything that may use the queue before destroying it`,
        {
          subject,
          here: this.machine.site(),
          thereWhat: `${this.name} destroyed`,
          expected: 'a live work queue',
          received: 'a destroyed one',
        },
      ),
    );
  }
}

function pendingBit(work: Work): number {
  return 1 << (work.id - 1);
}

/**
 * Makes a work queue with its worker thread, which runs as `driver` code.
 *
 * @kernel kernel/workqueue.c alloc_workqueue
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_TOO_MANY_THREADS`.
 * @since 0.1.0
 */
export function workQueue(name: string): WorkQueue {
  const machine = ambientMachine();
  machine.refuseIfSealed(`work queue ${name}`);
  const unique = machine.uniqueName(name);
  const queue = new WorkQueue(
    machine,
    unique,
    machine.allocateWords(1, () => unique),
  );
  machine.thread(`${unique}/worker`, { party: 'driver', daemon: true }, () => queue.worker());
  return queue;
}
