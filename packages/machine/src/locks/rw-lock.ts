import type { Machine } from '../machine.js';
import type { Op } from '../ops/op.js';
import { HANDLE } from '../shared-state/handle.js';
import { Lock, type LockKind } from './lock.js';
import { acquireLock, lockWord, releaseLock, tryAcquireLock } from './primitives.js';

const WRITER = 0x40000000;

/**
 * A reader-writer lock: many readers or one writer. The spinning form forbids sleeping while held, the sleeping form
 * (a semaphore) must be taken where sleeping is allowed. No fairness: any waiter may win.
 *
 * @kernel include/linux/rwlock.h rwlock_t, include/linux/rwsem.h struct rw_semaphore
 * @since 0.1.0
 */
export class RwLock {
  readonly [HANDLE] = true;

  constructor(
    private readonly machine: Machine,
    /** The reader mode. */
    readonly reader: Lock,
    /** The writer mode. */
    readonly writer: Lock,
  ) {}

  /**
   * Makes a spinning one in a word that the caller has allocated (`machine.allocateWords`): the lock of an object that
   * comes and goes while the machine runs. Give the word back with `machine.releaseWords`; whoever uses the lock after
   * that is found.
   *
   * @param lockClass Locks of one class obey one order.
   * @param name This very lock, for reports.
   * @kernel include/linux/rwlock.h rwlock_init
   */
  static at(machine: Machine, location: number, lockClass: string, name: string): RwLock {
    return modes(machine, location, 'spin', lockClass, name);
  }

  /** Takes it for reading. Sleeps only in the sleeping form. @kernel include/linux/rwlock.h read_lock, include/linux/rwsem.h down_read */
  readAcquire(): Op<void> {
    return acquireLock(this.machine, this.reader);
  }

  /** Takes it for reading unless a writer holds it. Never sleeps. @kernel include/linux/rwlock.h read_trylock, include/linux/rwsem.h down_read_trylock */
  tryReadAcquire(): Op<boolean> {
    return tryAcquireLock(this.machine, this.reader);
  }

  /**
   * Drops a reader's hold.
   *
   * @kernel include/linux/rwlock.h read_unlock, include/linux/rwsem.h up_read
   * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`.
   */
  readRelease(): Op<void> {
    return releaseLock(this.machine, this.reader);
  }

  /** Takes it for writing. Sleeps only in the sleeping form. @kernel include/linux/rwlock.h write_lock, include/linux/rwsem.h down_write */
  writeAcquire(): Op<void> {
    return acquireLock(this.machine, this.writer);
  }

  /**
   * Takes it for writing inside another lock of its class: `subclass` 1 within 0, 2 within 1. Says to the judge of lock
   * orders that this is meant. Sleeps only in the sleeping form.
   *
   * @kernel include/linux/rwsem.h down_write_nested
   */
  writeAcquireNested(subclass: number): Op<void> {
    return acquireLock(this.machine, this.writer, false, subclass);
  }

  /** Takes it for writing if nobody holds it. Never sleeps. @kernel include/linux/rwlock.h write_trylock, include/linux/rwsem.h down_write_trylock */
  tryWriteAcquire(): Op<boolean> {
    return tryAcquireLock(this.machine, this.writer);
  }

  /**
   * Drops the writer's hold.
   *
   * @kernel include/linux/rwlock.h write_unlock, include/linux/rwsem.h up_write
   * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`.
   */
  writeRelease(): Op<void> {
    return releaseLock(this.machine, this.writer);
  }
}

function modes(machine: Machine, location: number, kind: LockKind, lockClass: string, name: string): RwLock {
  return new RwLock(
    machine,
    new Lock(location, WRITER, 1, kind, lockClass, `${name} (read)`, true),
    new Lock(location, -1, WRITER, kind, lockClass, `${name} (write)`, false, true),
  );
}

function make(name: string, kind: LockKind): RwLock {
  const at = lockWord(name);
  return modes(at.machine, at.location, kind, at.lockClass, at.name);
}

/**
 * Makes a spinning reader-writer lock (the kernel's `rwlock_t`).
 *
 * @kernel include/linux/rwlock.h rwlock_init
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function rwLock(name: string): RwLock {
  return make(name, 'spin');
}

/**
 * Makes a sleeping reader-writer lock (the kernel's `rw_semaphore`).
 *
 * @kernel include/linux/rwsem.h init_rwsem
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function rwSemaphore(name: string): RwLock {
  return make(name, 'sleep');
}
