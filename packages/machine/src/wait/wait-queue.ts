import { ambientMachine } from '../ambient.js';
import type { Machine } from '../machine.js';
import { OpKind } from '../ops/kinds.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared-state/handle.js';

/**
 * A wait queue. {@link WaitQueue.waitEvent} is the right way to wait; the halves it is made of are there because real
 * drivers, and real lost wake-ups, are made of them.
 *
 * @kernel include/linux/wait.h wait_queue_head_t
 * @since 0.1.0
 */
export class WaitQueue {
  readonly [HANDLE] = true;

  constructor(
    private readonly machine: Machine,
    /** The word that names the queue. */
    readonly location: number,
  ) {}

  /**
   * Joins the queue. From here on a wake-up is not lost. Never sleeps.
   *
   * @param exclusive A wake-up of one wakes only one of these, the first come.
   * @kernel include/linux/wait.h prepare_to_wait, include/linux/wait.h prepare_to_wait_exclusive
   */
  prepareToWait(exclusive = false): Op<void> {
    return this.machine.makeOp(OpKind.prepareWait, this.location, exclusive ? 1 : 0, 0);
  }

  /**
   * Sleeps until woken, after {@link WaitQueue.prepareToWait}. May sleep.
   *
   * @param timeout Ticks after which it gives up; 0 = never.
   * @returns Whether it was woken.
   * @kernel include/linux/sched.h schedule, include/linux/sched.h schedule_timeout
   */
  sleep(timeout = 0): Op<boolean> {
    this.machine.mightSleep(`wait on ${this.machine.nameOf(this.location)}`, true);
    return this.machine.makeWait(OpKind.sleep, this.location, 0, 0, 0, timeout);
  }

  /** Leaves the queue. Never sleeps. @kernel include/linux/wait.h finish_wait */
  finishWait(): Op<void> {
    return this.machine.makeOp(OpKind.finishWait, this.location, 0, 0);
  }

  /**
   * Sleeps until `condition` holds (the kernel's `wait_event` and `wait_event_timeout`). May sleep.
   *
   * @param condition An operation that looks; it is looked at again after every wake-up.
   * @param timeout Ticks for each sleep; 0 = none.
   * @returns Whether the condition held when it ended.
   * @kernel include/linux/wait.h wait_event, include/linux/wait.h wait_event_timeout
   */
  *waitEvent(condition: () => Op<boolean>, timeout = 0): Op<boolean> {
    this.machine.mightSleep(`wait on ${this.machine.nameOf(this.location)}`, true);
    if (yield* condition()) return true;
    for (;;) {
      yield* this.prepareToWait();
      if (yield* condition()) {
        yield* this.finishWait();
        return true;
      }
      if (!(yield* this.sleep(timeout))) return yield* condition();
    }
  }

  /** Wakes every non-exclusive waiter and one exclusive one. Never sleeps. @kernel include/linux/wait.h wake_up */
  wakeUp(): Op<number> {
    return this.machine.makeOp(OpKind.wake, this.location, 1, 0);
  }

  /** Wakes everybody. Never sleeps. @kernel include/linux/wait.h wake_up_all */
  wakeUpAll(): Op<number> {
    return this.machine.makeOp(OpKind.wake, this.location, 0x7fffffff, 0);
  }
}

/**
 * Makes a wait queue.
 *
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function waitQueue(name: string): WaitQueue {
  const machine = ambientMachine();
  machine.refuseIfSealed(`wait queue ${name}`);
  const unique = machine.uniqueName(name);
  return new WaitQueue(
    machine,
    machine.allocateWords(1, () => unique),
  );
}
