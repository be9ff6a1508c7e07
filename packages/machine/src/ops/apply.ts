import type { Machine } from '../machine.js';
import type { KThread } from '../threads/kthread.js';
import { MachineError } from '../errors.js';
import { nestedClass } from '../locks/lock.js';
import { irqsOnAlready } from '../mistakes.js';
import { OpKind } from './kinds.js';

/**
 * Whether what a thread asks for can be done now. A wait with a time limit always can: it may time out.
 */
export function conditionHolds(machine: Machine, thread: KThread): boolean {
  switch (thread.kind) {
    case OpKind.start:
      return haveEnded(thread.after);
    case OpKind.acquire:
      return (machine.words[thread.loc]! & thread.a) === 0;
    case OpKind.awaitEqual:
      return (machine.words[thread.loc]! & thread.a) === thread.b;
    case OpKind.awaitNotEqual:
      return (machine.words[thread.loc]! & thread.a) !== thread.b;
    case OpKind.sleep:
      return thread.woken;
    case OpKind.join:
      return machine.threads[thread.a]!.finished;
    default:
      return true;
  }
}

function haveEnded(threads: readonly KThread[]): boolean {
  for (let i = 0; i < threads.length; i++) if (!threads[i]!.finished) return false;
  return true;
}

/**
 * Applies the operation that a thread asks for and gives what the thread will see. The one place where words change.
 */
export function applyOp(machine: Machine, thread: KThread, choice: number): unknown {
  const words = machine.words;
  const loc = thread.loc;
  switch (thread.kind) {
    case OpKind.load:
      return words[loc]!;
    case OpKind.store:
      words[loc] = thread.a;
      return undefined;
    case OpKind.fetchAdd: {
      const old = words[loc]!;
      words[loc] = old + thread.a;
      return old;
    }
    case OpKind.add:
      words[loc] = words[loc]! + thread.a;
      return undefined;
    case OpKind.fetchOr: {
      const old = words[loc]!;
      words[loc] = old | thread.a;
      return old;
    }
    case OpKind.fetchAnd: {
      const old = words[loc]!;
      words[loc] = old & thread.a;
      return old;
    }
    case OpKind.compareExchange: {
      const hit = words[loc] === thread.a;
      if (hit) words[loc] = thread.b;
      return hit;
    }
    case OpKind.incrementUnlessZero: {
      const old = words[loc]!;
      if (old !== 0) words[loc] = old + 1;
      return old !== 0;
    }
    case OpKind.acquire:
      words[loc] = words[loc]! + thread.b;
      taken(machine, thread);
      return undefined;
    case OpKind.tryAcquire: {
      if ((words[loc]! & thread.a) !== 0) return false;
      words[loc] = words[loc]! + thread.b;
      taken(machine, thread);
      return true;
    }
    case OpKind.release:
      dropped(machine, thread);
      words[loc] = words[loc]! - thread.b;
      return undefined;
    case OpKind.awaitEqual:
    case OpKind.awaitNotEqual:
      if (thread.timeout > 0 && !conditionHolds(machine, thread)) return timedOut(machine, thread);
      words[loc] = words[loc]! + thread.c;
      return true;
    case OpKind.prepareWait:
      thread.waitLoc = loc;
      thread.waitTicket = ++machine.tickets;
      thread.waitExclusive = thread.a === 1;
      thread.woken = false;
      return undefined;
    case OpKind.sleep: {
      const woken = thread.woken;
      thread.waitLoc = -1;
      thread.woken = false;
      return woken ? true : timedOut(machine, thread);
    }
    case OpKind.finishWait:
      thread.waitLoc = -1;
      thread.woken = false;
      return undefined;
    case OpKind.wake:
      return wake(machine, loc, thread.a);
    case OpKind.spawn:
      return machine.startThread(thread.label, thread.runningParty, thread.body2!);
    case OpKind.choose:
      return choice;
    default:
      return undefined;
  }
}

function timedOut(machine: Machine, thread: KThread): false {
  machine.ticks += thread.timeout;
  return false;
}

function taken(machine: Machine, thread: KThread): void {
  const lock = thread.lock;
  if (lock === null) return;
  thread.held.push({
    lock,
    lockClass: nestedClass(lock.lockClass, thread.subclass),
    site: thread.site,
    step: machine.steps,
  });
  if (lock.kind === 'spin') thread.atomicDepth++;
  if (thread.irq) thread.irqsOff++;
}

function dropped(machine: Machine, thread: KThread): void {
  const lock = thread.lock;
  if (lock === null) return;
  const held = thread.held;
  let index = held.length - 1;
  while (index >= 0 && held[index]!.lock !== lock) index--;
  if (index < 0) {
    const holder = machine.holderOf(lock);
    machine.misuse(
      new MachineError(
        'MP_UNLOCK_NOT_HELD',
        `${thread.name} releases ${lock.name}, which ${holder === null ? 'nobody holds' : `${holder.thread.name} holds`}; release only what this thread took`,
        {
          subject: lock.name,
          here: thread.site,
          there: holder?.held.site,
          thereWhat: holder === null ? 'not held by anybody' : `taken by ${holder.thread.name}`,
          location: lock.location,
          expected: `${lock.name} held by ${thread.name}`,
          received: holder === null ? 'held by nobody' : `held by ${holder.thread.name}`,
        },
      ),
    );
  }
  const scope = thread.scope;
  if (scope !== undefined && index < scope.heldOnEntry) {
    machine.misuse(
      new MachineError(
        'MP_PINNED_LOCK_DROPPED',
        `${scope.what} releases ${lock.name}, which its caller took and still needs; leave the caller's locks alone`,
        {
          subject: lock.name,
          here: thread.site,
          there: held[index]!.site,
          thereWhat: 'taken by the caller',
          location: lock.location,
          expected: `${lock.name} still held when ${scope.what} returns`,
          received: 'released inside',
        },
      ),
    );
  }
  if (thread.irq && thread.irqsOff === 0) machine.misuse(irqsOnAlready(thread, held[index]!));
  // Locks are mostly dropped in the reverse order; splice would make an array for each.
  if (index === held.length - 1) held.pop();
  else held.splice(index, 1);
  if (lock.kind === 'spin') thread.atomicDepth--;
  if (thread.irq) thread.irqsOff--;
}

function wake(machine: Machine, loc: number, exclusive: number): number {
  let count = 0;
  const threads = machine.threads;
  for (let i = 0; i < machine.threadCount; i++) {
    const waiter = threads[i]!;
    if (waiter.waitLoc === loc && !waiter.woken && !waiter.waitExclusive) {
      waiter.woken = true;
      count++;
    }
  }
  for (let left = exclusive; left > 0; left--) {
    let first: KThread | null = null;
    for (let i = 0; i < machine.threadCount; i++) {
      const waiter = threads[i]!;
      if (waiter.waitLoc !== loc || waiter.woken || !waiter.waitExclusive) continue;
      if (first === null || waiter.waitTicket < first.waitTicket) first = waiter;
    }
    if (first === null) break;
    first.woken = true;
    count++;
  }
  return count;
}
