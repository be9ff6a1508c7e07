import { ambientMachine } from '../ambient.js';
import type { Machine } from '../machine.js';
import { OpKind } from '../ops/kinds.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared-state/handle.js';

const ALL = 0x40000000;

/**
 * A completion: one side waits, the other says that it is done. Each `complete` lets one waiter pass, now or later.
 *
 * @kernel include/linux/completion.h struct completion
 * @since 0.1.0
 */
export class Completion {
  readonly [HANDLE] = true;

  constructor(
    private readonly machine: Machine,
    /** The word that counts. */
    readonly location: number,
  ) {}

  /**
   * Waits for one `complete`. May sleep.
   *
   * @param timeout Ticks after which it gives up; 0 = never.
   * @returns Whether it was completed.
   * @kernel include/linux/completion.h wait_for_completion, include/linux/completion.h wait_for_completion_timeout
   */
  wait(timeout = 0): Op<boolean> {
    this.machine.mightSleep(`wait for ${this.machine.nameOf(this.location)}`, true);
    return this.machine.makeWait(OpKind.awaitNotEqual, this.location, -1, 0, -1, timeout);
  }

  /** Lets one waiter pass. Never sleeps. @kernel include/linux/completion.h complete */
  complete(): Op<number> {
    return this.machine.makeOp(OpKind.fetchAdd, this.location, 1, 0);
  }

  /** Lets every waiter pass, until {@link Completion.reinit}. Never sleeps. @kernel include/linux/completion.h complete_all */
  completeAll(): Op<void> {
    return this.machine.makeOp(OpKind.store, this.location, ALL, 0);
  }

  /** Forgets what was completed. Never sleeps. @kernel include/linux/completion.h reinit_completion */
  reinit(): Op<void> {
    return this.machine.makeOp(OpKind.store, this.location, 0, 0);
  }
}

/**
 * Makes a completion.
 *
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function completion(name: string): Completion {
  const machine = ambientMachine();
  machine.refuseIfSealed(`completion ${name}`);
  const unique = machine.uniqueName(name);
  return new Completion(
    machine,
    machine.allocateWords(1, () => unique),
  );
}
