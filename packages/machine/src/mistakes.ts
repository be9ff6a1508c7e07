import { MachineError } from './errors.js';
import type { HeldLock, KThread } from './threads/kthread.js';
import { MayBlock, type Scope } from './threads/scope.js';

/** An operation was made and not run. */
export function opNotYielded(thread: KThread, operation: string): MachineError {
  return new MachineError(
    'MP_OP_NOT_YIELDED',
    `${thread.name} made the operation ${operation} and did not run it; write yield* before it`,
    { subject: operation, here: thread.site },
  );
}

/** A thread yielded something that is no request: an operation without the star, or a foreign value. */
export function strangeYield(thread: KThread, operation: string | null, value: unknown): MachineError {
  return operation === null
    ? new MachineError(
        'MP_FOREIGN_YIELD',
        `${thread.name} yields a value that is no operation; a kernel thread may only yield* operations`,
        { received: typeof value },
      )
    : new MachineError('MP_YIELD_NOT_STAR', `${thread.name} runs an operation with "yield"; write "yield*"`, {
        subject: operation,
        here: thread.site,
      });
}

/** A thread or a scope ended with a lock that it took. */
export function lockKept(who: string, how: 'ended' | 'returns', kept: HeldLock): MachineError {
  return new MachineError(
    'MP_LOCK_LEAK',
    `${who} ${how} ${how === 'ended' ? 'while holding' : 'holding'} ${kept.lock.name}; release it on every path`,
    {
      subject: kept.lock.name,
      there: kept.site,
      thereWhat: 'taken',
      location: kept.lock.location,
      expected: how === 'ended' ? 'no lock held at the end' : 'the locks it was entered with',
      received: how === 'ended' ? `${kept.lock.name} held` : `${kept.lock.name} held as well`,
    },
  );
}

/** A thread waits for a lock that it holds itself. */
export function takenTwice(thread: KThread, held: HeldLock, here: string | undefined): MachineError {
  return new MachineError(
    'MP_RECURSIVE_LOCK',
    `${thread.name} waits for ${held.lock.name}, which it holds itself; no lock here is recursive`,
    {
      subject: held.lock.name,
      here,
      there: held.site,
      thereWhat: `taken by ${thread.name} before`,
      location: held.lock.location,
      expected: `${held.lock.name} taken once`,
      received: 'taken again by its holder',
    },
  );
}

/** Interrupts are to be restored that are on. */
export function irqsOnAlready(thread: KThread, held: HeldLock): MachineError {
  return new MachineError(
    'MP_IRQS_UNBALANCED',
    `${thread.name} restores interrupts with ${held.lock.name}, but did not turn them off; use release() for acquire(), releaseIrqRestore() for acquireIrqSave()`,
    {
      subject: held.lock.name,
      here: thread.site,
      there: held.site,
      thereWhat: `${held.lock.name} taken`,
      location: held.lock.location,
      expected: 'interrupts turned off before',
      received: 'interrupts on',
    },
  );
}

/** A thread ended with interrupts off. */
export function irqsLeftOff(thread: KThread): MachineError {
  return new MachineError(
    'MP_IRQS_UNBALANCED',
    `${thread.name} ends with interrupts off; what acquireIrqSave() took must be dropped with releaseIrqRestore()`,
    { subject: thread.name, expected: 'interrupts on at the end', received: 'interrupts off' },
  );
}

/** A freed word was used. */
export function usedAfterFree(
  name: string,
  location: number,
  grave: { what: string; site: string | undefined } | null,
  here: string | undefined,
): MachineError {
  const what = grave?.what ?? 'freed';
  return new MachineError('MP_USE_AFTER_FREE', `${name} is used after it was freed (${what})`, {
    subject: name,
    here,
    there: grave?.site,
    thereWhat: what,
    location,
    expected: 'live memory',
    received: 'freed memory',
  });
}

/**
 * Whether a thread may sleep where it is: null if it may.
 *
 * @param event True for waits of unknown length, false for locks.
 */
export function sleepMistake(
  thread: KThread,
  what: string,
  event: boolean,
  here: string | undefined,
): MachineError | null {
  if (thread.atomicDepth > 0 || thread.interrupt || thread.irqsOff > 0)
    return sleepInAtomic(thread, what, here);
  const scope = thread.scope;
  if (scope === undefined || scope.mayBlock === MayBlock.yes) return null;
  return scope.mayBlock === MayBlock.onLocks && !event ? null : sleepInCallback(scope, what, here);
}

function sleepInAtomic(thread: KThread, what: string, here: string | undefined): MachineError {
  const spin = thread.held.find((held) => held.lock.kind === 'spin');
  const why = thread.interrupt
    ? 'in interrupt context'
    : spin === undefined
      ? 'with interrupts off'
      : `holding ${spin.lock.name}`;
  return new MachineError(
    'MP_SLEEP_IN_ATOMIC',
    `${thread.name} may sleep in ${what} while ${why}; use a try-lock or drop the spinlock first`,
    {
      subject: what,
      here,
      there: spin?.site,
      thereWhat: spin === undefined ? why : `${spin.lock.name} taken`,
      expected: 'a context that may sleep',
      received: why,
    },
  );
}

function sleepInCallback(scope: Scope, what: string, here: string | undefined): MachineError {
  const allowed = scope.mayBlock === MayBlock.no ? 'must not sleep' : 'may sleep on locks only';
  return new MachineError(
    'MP_SLEEP_IN_CALLBACK',
    `${scope.what} may sleep in ${what}, but in this mode it ${allowed}; try, and return -EAGAIN if that fails`,
    { subject: what, here, expected: `${scope.what} ${allowed}`, received: `a wait in ${what}` },
  );
}
