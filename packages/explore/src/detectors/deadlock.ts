import { blockedThreads, OpKind, type KThread, type Machine } from '@movable-pages/machine';
import { innermost } from '../innermost.js';
import type { Violation } from '../violation.js';

/**
 * Judges an execution in which nobody can step: null if all that must end has ended, else a deadlock with its cycle, or
 * a livelock if somebody spins.
 *
 * @since 0.1.0
 */
export function describeStuck(machine: Machine): Violation | null {
  const stuck = blockedThreads(machine);
  if (stuck.length === 0) return null;
  for (const start of stuck) {
    const cycle = cycleThrough(machine, start);
    if (cycle !== null) return describeCycle(machine, cycle);
  }
  return describe(machine, stuck, null);
}

/**
 * Judges a thread that has just come to wait: a deadlock if it waits, over others, for itself. The rest may run on for
 * ever, it will not.
 *
 * @since 0.1.0
 */
export function describePartial(machine: Machine, thread: KThread): Violation | null {
  if (thread.finished || (thread.kind !== OpKind.acquire && thread.kind !== OpKind.join)) return null;
  if (machine.isEnabled(thread) || holderRuns(machine, thread)) return null;
  const cycle = cycleThrough(machine, thread);
  return cycle === null ? null : describeCycle(machine, cycle);
}

/** The ordinary case, at once: whoever holds the lock that a thread waits for, alone, can go on. */
function holderRuns(machine: Machine, thread: KThread): boolean {
  const { lock } = thread;
  if (thread.kind !== OpKind.acquire || lock === null || lock.hasReaders) return false;
  for (let i = 0; i < machine.threadCount; i++) {
    const other = machine.threads[i]!;
    for (let at = 0; at < other.held.length; at++)
      if (other.held[at]!.lock === lock) return other !== thread && machine.isEnabled(other);
  }
  return false;
}

function describeCycle(machine: Machine, cycle: readonly KThread[]): Violation {
  const first = cycle.reduce((least, thread, at) => (thread.id < cycle[least]!.id ? at : least), 0);
  const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
  return describe(machine, turned, turned);
}

function describe(machine: Machine, stuck: readonly KThread[], cycle: readonly KThread[] | null): Violation {
  const first = stuck[0]!;
  const spins = cycle === null && stuck.some((thread) => thread.relaxed);
  const waits = stuck.map((thread) => waitsFor(machine, thread)).join('; ');
  const subject = stuck
    .map((thread) => machine.describeOp(thread))
    .sort()
    .join(' + ');
  const last = stuck[stuck.length - 1]!;
  return {
    kind: spins ? 'livelock' : 'deadlock',
    code: spins ? 'MP_LIVELOCK' : 'MP_DEADLOCK',
    message: `${somebodyRuns(machine) ? 'they wait for each other for ever' : 'nobody can run'}: ${waits}`,
    subject,
    thread: first.name,
    scope: innermost(first),
    party: first.runningParty,
    details: {
      subject,
      here: first.site,
      ...(cycle === null || cycle.length < 2 ? {} : { there: last.site, thereWhat: waitsFor(machine, last) }),
      expected: 'every thread comes to its end',
      received: waits,
    },
    ...(cycle === null ? {} : { lockClasses: classesOf(cycle) }),
    hint:
      cycle === null
        ? 'whoever should wake the waiter has ended or never comes; check the condition and the wake-up'
        : hintFor(cycle),
  };
}

function hintFor(cycle: readonly KThread[]): string {
  return cycle.some((thread) => thread.interrupt)
    ? 'take what a handler takes with acquireIrqSave() wherever the handler does not run'
    : 'take the locks in one order everywhere, or try-lock on one side and return -EAGAIN';
}

function classesOf(cycle: readonly KThread[]): string[] {
  const classes = cycle.flatMap((thread) => (thread.lock === null ? [] : [thread.lock.lockClass]));
  return [...new Set(classes)].sort();
}

function somebodyRuns(machine: Machine): boolean {
  return machine.threads.some((thread) => machine.isEnabled(thread));
}

function waitsFor(machine: Machine, thread: KThread): string {
  const inside = innermost(thread);
  const who = `${thread.name}${inside === null ? '' : ` (${inside})`}`;
  const handler = thread.interruptedBy;
  if (handler !== null && !handler.finished) return `${who} is interrupted by ${handler.name}`;
  const where = `${who} waits in ${machine.describeOp(thread)}`;
  const holders = waitedFor(machine, thread);
  if (thread.kind !== OpKind.acquire || holders.length === 0) return where;
  const names = holders.map((holder) => (holder === thread ? 'itself' : holder.name));
  return `${where}, held by ${names.join(' and ')}`;
}

/** Those without whom a thread that waits cannot go on. */
function waitedFor(machine: Machine, thread: KThread): readonly KThread[] {
  const handler = thread.interruptedBy;
  if (handler !== null && !handler.finished) return [handler];
  if (thread.timeout > 0) return [];
  switch (thread.kind) {
    case OpKind.acquire:
      return thread.lock === null ? [] : machine.holdersOf(thread.lock);
    case OpKind.join:
      return [machine.threads[thread.a]!];
    case OpKind.start:
      return thread.after;
    default:
      return [];
  }
}

/** A way from a thread that waits back to it, or to some other cycle that it waits for; null if there is none. */
function cycleThrough(machine: Machine, start: KThread): KThread[] | null {
  const done = new Set<KThread>();
  const path: KThread[] = [];
  const visit = (thread: KThread): KThread[] | null => {
    if (path.includes(thread)) return path.slice(path.indexOf(thread));
    if (done.has(thread) || thread.finished || machine.isEnabled(thread)) return null;
    path.push(thread);
    for (const other of waitedFor(machine, thread)) {
      const cycle = visit(other);
      if (cycle !== null) return cycle;
    }
    path.pop();
    done.add(thread);
    return null;
  };
  return visit(start);
}
