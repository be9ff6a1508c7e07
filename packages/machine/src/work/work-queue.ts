import { ambientMachine } from '../ambient.js';
import { MachineError } from '../errors.js';
import type { Machine } from '../machine.js';
import { OpKind } from '../ops/kinds.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared/handle.js';

/** Bits of a work item's word. */
const PENDING = 1;
const RUNNING = 2;
/** Bits of a queue's word: how many items are pending, and whether it is destroyed. */
const DESTROYED = 0x40000000;

/**
 * A piece of deferred work. Queued while pending it is not queued twice; queued while it runs it runs once more.
 *
 * @kernel include/linux/workqueue.h
 * @since 0.1.0
 */
export class Work {
  readonly [HANDLE] = true;

  constructor(
    readonly name: string,
    /** Word: pending and running bits. */
    readonly location: number,
    readonly body: () => Op<unknown>,
  ) {}
}

/**
 * A work queue with one worker thread. The worker is a thread like any other, so a schedule exists in which it runs as
 * late as can be.
 *
 * @kernel kernel/workqueue.c
 * @since 0.1.0
 */
export class WorkQueue {
  readonly [HANDLE] = true;
  readonly #items: Work[] = [];

  constructor(
    private readonly machine: Machine,
    readonly name: string,
    /** Word: number of pending items, and the destroyed bit. */
    readonly location: number,
  ) {}

  /** Declares a piece of work that this queue can run. Only while the machine is built. */
  work(name: string, body: () => Op<unknown>): Work {
    this.machine.refuseIfSealed(`work ${name}`);
    const made = new Work(name, this.machine.allocateWords(1, () => `work ${name}`), body);
    this.#items.push(made);
    return made;
  }

  /**
   * Queues work. Never sleeps.
   *
   * @returns False if it was pending already.
   * @throws MachineError `MP_WORK_ON_DESTROYED_QUEUE`.
   */
  *queueWork(work: Work): Op<boolean> {
    const machine = this.machine;
    const old = yield* machine.makeOp(OpKind.fetchOr, work.location, PENDING, 0) as Op<number>;
    if ((old & PENDING) !== 0) return false;
    const queue = yield* machine.makeOp(OpKind.fetchAdd, this.location, 1, 0) as Op<number>;
    if ((queue & DESTROYED) !== 0) this.refuseDestroyed(work);
    return true;
  }

  /** Waits until the work is neither pending nor running. May sleep. */
  flushWork(work: Work): Op<boolean> {
    this.machine.mightSleep(`flush of ${work.name}`, true);
    return this.machine.makeWait(OpKind.awaitEqual, work.location, PENDING | RUNNING, 0, 0, 0);
  }

  /** Takes the work out of the queue and waits until it does not run. May sleep. */
  *cancelWorkSync(work: Work): Op<boolean> {
    this.machine.mightSleep(`cancel of ${work.name}`, true);
    const old = yield* this.machine.makeOp(OpKind.fetchAnd, work.location, ~PENDING, 0) as Op<number>;
    const pending = (old & PENDING) !== 0;
    if (pending) yield* this.machine.makeOp(OpKind.add, this.location, -1, 0);
    yield* this.machine.makeWait(OpKind.awaitEqual, work.location, RUNNING, 0, 0, 0);
    return pending;
  }

  /** Waits until every item is done (the kernel's `flush_workqueue`). May sleep. */
  *flush(): Op<void> {
    for (const work of this.#items) yield* this.flushWork(work);
  }

  /**
   * Runs what is pending, then refuses more: queueing on it from here on is a misuse. May sleep.
   */
  *destroy(): Op<void> {
    yield* this.flush();
    yield* this.machine.makeOp(OpKind.fetchOr, this.location, DESTROYED, 0);
  }

  /** @internal What the worker thread runs. */
  *worker(): Op<never> {
    const machine = this.machine;
    for (;;) {
      yield* machine.makeWait(OpKind.awaitNotEqual, this.location, ~DESTROYED, 0, 0, 0);
      for (const work of this.#items) {
        const old = yield* machine.makeOp(OpKind.load, work.location, 0, 0) as Op<number>;
        if ((old & PENDING) === 0) continue;
        const claimed = yield* machine.makeOp(OpKind.compareExchange, work.location, old, RUNNING) as Op<boolean>;
        if (!claimed) continue;
        yield* machine.makeOp(OpKind.add, this.location, -1, 0);
        yield* work.body();
        yield* machine.makeOp(OpKind.fetchAnd, work.location, ~RUNNING, 0);
      }
    }
  }

  private refuseDestroyed(work: Work): never {
    this.machine.misuse(
      new MachineError(
        'MP_WORK_ON_DESTROYED_QUEUE',
        `${work.name} is queued on ${this.name}, which is destroyed; wait for everything that may queue work before destroying the queue`,
        { subject: work.name, here: this.machine.site(), thereWhat: `${this.name} destroyed`, expected: 'a live work queue', received: 'a destroyed one' },
      ),
    );
  }
}

/**
 * Makes a work queue with its worker thread, which runs as `driver` code.
 *
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_TOO_MANY_THREADS`.
 * @since 0.1.0
 */
export function workQueue(name: string): WorkQueue {
  const machine = ambientMachine();
  machine.refuseIfSealed(`work queue ${name}`);
  const unique = machine.uniqueName(name);
  const queue = new WorkQueue(machine, unique, machine.allocateWords(1, () => unique));
  machine.thread(`${unique}/worker`, { party: 'driver', daemon: true }, () => queue.worker());
  return queue;
}
