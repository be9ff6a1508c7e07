import { ambientMachine } from '../ambient.js';
import type { Machine } from '../machine.js';
import type { Op } from '../ops/op.js';
import { OpKind } from '../ops/kinds.js';
import { HANDLE } from '../shared-state/handle.js';

/**
 * A 32-bit word that threads share (the kernel's `atomic_t`). Every method but {@link Word.peek} is one operation: a
 * scheduling point, sequentially consistent, never a data race.
 *
 * @kernel include/linux/atomic.h atomic_t
 * @since 0.1.0
 */
export class Word {
  readonly [HANDLE] = true;

  constructor(
    private readonly machine: Machine,
    /** Its address. */
    readonly location: number,
  ) {}

  /** Reads it. Never sleeps. @kernel include/linux/atomic.h atomic_read */
  load(): Op<number> {
    return this.machine.makeOp(OpKind.load, this.location, 0, 0);
  }

  /** Writes it. Never sleeps. @kernel include/linux/atomic.h atomic_set */
  store(value: number): Op<void> {
    return this.machine.makeOp(OpKind.store, this.location, value, 0);
  }

  /** Adds, gives the old value. Never sleeps. @kernel include/linux/atomic.h atomic_fetch_add */
  fetchAdd(delta: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchAdd, this.location, delta, 0);
  }

  /** Adds and gives nothing; orders nothing. Never sleeps. @kernel include/linux/atomic.h atomic_add */
  add(delta: number): Op<void> {
    return this.machine.makeOp(OpKind.add, this.location, delta, 0);
  }

  /** Ors bits in, gives the old value. Never sleeps. @kernel include/linux/atomic.h atomic_fetch_or */
  fetchOr(bits: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchOr, this.location, bits, 0);
  }

  /** Keeps only `bits`, gives the old value. Never sleeps. @kernel include/linux/atomic.h atomic_fetch_and */
  fetchAnd(bits: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchAnd, this.location, bits, 0);
  }

  /** Writes `next` if the word is `expected`; gives whether it did. Never sleeps. @kernel include/linux/atomic.h atomic_try_cmpxchg */
  compareExchange(expected: number, next: number): Op<boolean> {
    return this.machine.makeOp(OpKind.compareExchange, this.location, expected, next);
  }

  /** Adds 1 unless the word is 0; gives whether it did. Never sleeps. @kernel include/linux/atomic.h atomic_inc_not_zero */
  incrementUnlessZero(): Op<boolean> {
    return this.machine.makeOp(OpKind.incrementUnlessZero, this.location, 0, 0);
  }

  /**
   * Waits until `word & mask` equals `value`. May sleep. With `timeout` ticks, gives whether it did.
   */
  awaitEqual(value: number, mask = -1, timeout = 0): Op<boolean> {
    this.machine.mightSleep(`wait for ${this.machine.nameOf(this.location)}`, true);
    return this.machine.makeWait(OpKind.awaitEqual, this.location, mask, value, 0, timeout);
  }

  /** The value as it is, outside any execution or for reports. Not an operation; not tracked. */
  peek(): number {
    return this.machine.words[this.location]!;
  }

  /** Sets the value before the machine is sealed. */
  initialise(value: number): void {
    this.machine.refuseIfSealed('the initial value of a word');
    this.machine.words[this.location] = value;
  }
}

/**
 * Makes a shared word with an initial value.
 *
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function word(name: string, initial = 0): Word {
  const machine = ambientMachine();
  machine.refuseIfSealed(`word ${name}`);
  const unique = machine.uniqueName(name);
  const made = new Word(
    machine,
    machine.allocateWords(1, () => unique),
  );
  made.initialise(initial);
  return made;
}
