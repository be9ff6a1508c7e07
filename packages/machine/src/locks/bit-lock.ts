import type { Machine } from '../machine.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared-state/handle.js';
import { Lock, type LockKind } from './lock.js';
import { acquireLock, releaseLock, tryAcquireLock } from './primitives.js';

/**
 * A lock in some bits of a word that also holds other things, such as the page lock in `page->flags` or the pin in a
 * zsmalloc handle. Its `mask` must have exactly one bit.
 *
 * @kernel include/linux/bit_spinlock.h bit_spin_lock
 * @since 0.1.0
 */
export class BitLock {
  readonly [HANDLE] = true;
  readonly lock: Lock;

  constructor(
    private readonly machine: Machine,
    location: number,
    mask: number,
    kind: LockKind,
    lockClass: string,
    name: string,
  ) {
    this.lock = new Lock(location, mask, mask, kind, lockClass, name, false);
  }

  /** Takes it. Sleeps only if it is of the sleeping kind. */
  acquire(): Op<void> {
    return acquireLock(this.machine, this.lock);
  }

  /** Takes it if the bit is clear; gives whether it did. Never sleeps. */
  tryAcquire(): Op<boolean> {
    return tryAcquireLock(this.machine, this.lock);
  }

  /**
   * Clears the bit.
   *
   * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`.
   */
  release(): Op<void> {
    return releaseLock(this.machine, this.lock);
  }
}
