import { ambientMachine } from '../ambient.js';
import type { Machine } from '../machine.js';
import { OpKind } from '../ops/kinds.js';
import type { Op } from '../ops/op.js';
import { takenTwice } from '../mistakes.js';
import type { KThread } from '../threads/kthread.js';
import { Lock, type LockKind } from './lock.js';

/**
 * Takes a lock, waiting if it must. A sleeping lock asserts that the caller may sleep, contended or not.
 *
 * @param irq Turns interrupts off with it.
 * @param subclass Its place among nested locks of one class; 0 is the outermost.
 */
export function acquireLock(machine: Machine, lock: Lock, irq = false, subclass = 0): Op<void> {
  if (lock.kind === 'sleep') machine.mightSleep(lock.name, false);
  if (!lock.shared && machine.current !== null) refuseTwice(machine, machine.current, lock);
  machine.mightLock(lock, subclass);
  return machine.makeLockOp(OpKind.acquire, lock, irq, subclass);
}

function refuseTwice(machine: Machine, thread: KThread, lock: Lock): void {
  for (const held of thread.held) {
    if (held.lock === lock) machine.misuse(takenTwice(thread, held, machine.site()));
  }
}

/** Takes a lock if it is free. Never sleeps. */
export function tryAcquireLock(machine: Machine, lock: Lock, irq = false): Op<boolean> {
  return machine.makeLockOp(OpKind.tryAcquire, lock, irq);
}

/**
 * Drops a lock.
 *
 * @param irq Turns interrupts on again as they were when it was taken.
 * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`, `MP_IRQS_UNBALANCED`.
 */
export function releaseLock(machine: Machine, lock: Lock, irq = false): Op<void> {
  return machine.makeLockOp(OpKind.release, lock, irq);
}

/** A named word to hold a lock, and the lock's names. */
export function lockWord(name: string): {
  machine: Machine;
  location: number;
  name: string;
  lockClass: string;
} {
  const machine = ambientMachine();
  machine.refuseIfSealed(`lock ${name}`);
  const unique = machine.uniqueName(name);
  return { machine, location: machine.allocateWords(1, () => unique), name: unique, lockClass: name };
}

/** An exclusive lock that takes the whole word. */
export function exclusiveLock(name: string, kind: LockKind): { machine: Machine; lock: Lock } {
  const at = lockWord(name);
  return { machine: at.machine, lock: new Lock(at.location, -1, 1, kind, at.lockClass, at.name, false) };
}
