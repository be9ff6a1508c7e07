import type { Machine } from '../machine.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared-state/handle.js';
import type { Lock } from './lock.js';
import { acquireLock, exclusiveLock, releaseLock, tryAcquireLock } from './primitives.js';

/**
 * A spinlock. Whoever holds one must not sleep.
 *
 * @kernel include/linux/spinlock.h spinlock_t
 * @since 0.1.0
 */
export class SpinLock {
  readonly [HANDLE] = true;

  constructor(
    private readonly machine: Machine,
    readonly lock: Lock,
  ) {}

  /** Takes it, waiting for its holder. Never sleeps. @kernel include/linux/spinlock.h spin_lock */
  acquire(): Op<void> {
    return acquireLock(this.machine, this.lock);
  }

  /**
   * Takes it inside another lock of its class: `subclass` 1 within 0, 2 within 1. Says to the judge of lock orders that
   * the nesting is meant and has an order of its own. Never sleeps.
   *
   * @kernel include/linux/spinlock.h spin_lock_nested
   */
  acquireNested(subclass: number): Op<void> {
    return acquireLock(this.machine, this.lock, false, subclass);
  }

  /**
   * Turns interrupts off, then takes it. What an interrupt handler takes as well must be taken like this everywhere else,
   * or the handler could come while the lock is held and wait for ever. Never sleeps.
   *
   * @kernel include/linux/spinlock.h spin_lock_irqsave
   */
  acquireIrqSave(): Op<void> {
    return acquireLock(this.machine, this.lock, true);
  }

  /** As {@link SpinLock.acquireIrqSave}, if it is free; gives whether it did. @kernel include/linux/spinlock.h spin_trylock_irqsave */
  tryAcquireIrqSave(): Op<boolean> {
    return tryAcquireLock(this.machine, this.lock, true);
  }

  /**
   * Drops it and lets interrupts in again, unless they were off before.
   *
   * @kernel include/linux/spinlock.h spin_unlock_irqrestore
   * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`, `MP_IRQS_UNBALANCED` (interrupts are on).
   */
  releaseIrqRestore(): Op<void> {
    return releaseLock(this.machine, this.lock, true);
  }

  /** Takes it if it is free; gives whether it did. @kernel include/linux/spinlock.h spin_trylock */
  tryAcquire(): Op<boolean> {
    return tryAcquireLock(this.machine, this.lock);
  }

  /**
   * Drops it.
   *
   * @kernel include/linux/spinlock.h spin_unlock
   * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`.
   */
  release(): Op<void> {
    return releaseLock(this.machine, this.lock);
  }
}

/**
 * Makes a spinlock; `name` is its lock class.
 *
 * @kernel include/linux/spinlock.h spin_lock_init
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function spinLock(name: string): SpinLock {
  const { machine, lock } = exclusiveLock(name, 'spin');
  return new SpinLock(machine, lock);
}
