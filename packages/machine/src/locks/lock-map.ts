import { ambientMachine } from '../ambient.js';
import type { Machine } from '../machine.js';
import { HANDLE } from '../shared-state/handle.js';
import { Lock } from './lock.js';

/**
 * A place in the code that stands in the order of locks as if it were a lock (the kernel's `lockdep_map`, for example
 * `fs_reclaim`): whoever may get there while holding a lock orders the two, and so does every lock that is taken inside.
 * Nobody ever waits for it and nothing is scheduled; only the judge of lock orders looks at it.
 *
 * @kernel include/linux/lockdep_types.h struct lockdep_map
 * @since 0.1.0
 */
export class LockMap {
  readonly [HANDLE] = true;
  /** What stands in the order. */
  readonly lock: Lock;

  constructor(
    private readonly machine: Machine,
    name: string,
  ) {
    this.lock = new Lock(-1, 0, 0, 'map', name, name, false);
  }

  /** The running thread is there from here on. No step: nobody comes between. @kernel include/linux/lockdep.h lock_map_acquire */
  enter(): void {
    const thread = this.machine.current;
    if (thread === null || !this.machine.tracked) return;
    this.machine.mightLock(this.lock);
    thread.held.push({
      lock: this.lock,
      lockClass: this.lock.lockClass,
      site: this.machine.site(),
      step: this.machine.steps,
    });
  }

  /** It leaves again. @kernel include/linux/lockdep.h lock_map_release */
  leave(): void {
    const held = this.machine.current?.held;
    if (held === undefined) return;
    const index = held.findLastIndex((each) => each.lock === this.lock);
    if (index >= 0) held.splice(index, 1);
  }

  /** It may get there from here, whether or not it does this time. @kernel include/linux/lockdep.h might_lock */
  mightEnter(): void {
    this.machine.mightLock(this.lock);
  }
}

/**
 * Makes a place in the order of locks.
 *
 * @kernel include/linux/lockdep.h lockdep_init_map
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`.
 * @since 0.1.0
 */
export function lockMap(name: string): LockMap {
  const machine = ambientMachine();
  machine.refuseIfSealed(`lock map ${name}`);
  return new LockMap(machine, machine.uniqueName(name));
}
