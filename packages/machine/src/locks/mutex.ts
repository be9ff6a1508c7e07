import type { Machine } from '../machine.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared-state/handle.js';
import type { Lock } from './lock.js';
import { acquireLock, exclusiveLock, releaseLock, tryAcquireLock } from './primitives.js';

/**
 * A sleeping lock with an owner.
 *
 * @kernel include/linux/mutex.h struct mutex
 * @since 0.1.0
 */
export class Mutex {
  readonly [HANDLE] = true;

  constructor(
    private readonly machine: Machine,
    readonly lock: Lock,
  ) {}

  /**
   * Takes it. May sleep.
   *
   * @kernel include/linux/mutex.h mutex_lock
   * @throws MachineError `MP_SLEEP_IN_ATOMIC`, `MP_SLEEP_IN_CALLBACK`.
   */
  acquire(): Op<void> {
    return acquireLock(this.machine, this.lock);
  }

  /**
   * Takes it inside another mutex of its class: `subclass` 1 within 0, 2 within 1. Says to the judge of lock orders that
   * the nesting is meant and has an order of its own. May sleep.
   *
   * @kernel include/linux/mutex.h mutex_lock_nested
   * @throws MachineError `MP_SLEEP_IN_ATOMIC`, `MP_SLEEP_IN_CALLBACK`.
   */
  acquireNested(subclass: number): Op<void> {
    return acquireLock(this.machine, this.lock, false, subclass);
  }

  /** Takes it if it is free; gives whether it did. Never sleeps. @kernel include/linux/mutex.h mutex_trylock */
  tryAcquire(): Op<boolean> {
    return tryAcquireLock(this.machine, this.lock);
  }

  /**
   * Drops it.
   *
   * @kernel include/linux/mutex.h mutex_unlock
   * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`.
   */
  release(): Op<void> {
    return releaseLock(this.machine, this.lock);
  }
}

/**
 * Makes a mutex; `name` is its lock class.
 *
 * @kernel include/linux/mutex.h mutex_init
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function mutex(name: string): Mutex {
  const { machine, lock } = exclusiveLock(name, 'sleep');
  return new Mutex(machine, lock);
}
