import type { LockOrderStep, Violation } from '../violation.js';
import type { LockEdge, LockFact } from './lock-graph.js';

/**
 * The violation that a cycle in the order of locks is.
 *
 * @param writers Those behind whom readers of the cycle wait.
 * @since 0.1.0
 */
export function describeLockOrder(cycle: readonly LockEdge[], writers: readonly LockFact[]): Violation {
  const irq = cycle.some((edge) => edge.facts.length > 1);
  const steps = turned(cycle).map(stepOf);
  const classes = turned(cycle).map((edge) => edge.from.lockClass);
  const subject = [...classes, classes[0]].join(' -> ');
  const said = [...steps.map(words), ...writers.map(behind)].join('; ');
  const last = steps[steps.length - 1]!;
  const other = steps.length > 1 ? steps[0]! : last;
  return {
    kind: 'lock-order',
    code: irq ? 'MP_IRQ_UNSAFE_LOCK' : 'MP_LOCK_ORDER',
    message: `${headline(cycle, irq)}: ${said}`,
    subject,
    thread: last.thread,
    scope: last.scope,
    party: last.party,
    details: {
      subject,
      here: last.asksSite,
      there: steps.length > 1 ? other.asksSite : last.holdsSite,
      thereWhat: steps.length > 1 ? words(other) : `${last.interrupts ?? last.thread} took ${last.holds}`,
      expected: irq
        ? 'interrupts off wherever a lock is held that a handler takes'
        : 'one order of lock classes',
      received: said,
    },
    other: { thread: other.thread, what: words(other), site: other.asksSite },
    doing: `asks for ${last.asks} while ${last.interrupts ?? 'it'} holds ${last.holds}`,
    lockClasses: lockClassesOf(cycle),
    lockOrder: steps,
    hint: irq
      ? 'take the lock with acquireIrqSave() wherever the handler does not run'
      : cycle.length === 1
        ? 'take one of the two by try, or in one order of its own and say so with acquireNested()'
        : 'take the locks in one order everywhere, or try-lock on one side and return -EAGAIN',
  };
}

/** Whether a deadlock is what a cycle in the order of locks comes to: then it says all that the cycle says. */
export function isDeadlockOf(deadlock: Violation, cycle: Violation): boolean {
  return deadlock.kind === 'deadlock' && deadlock.lockClasses?.join() === cycle.lockClasses?.join();
}

/** The lock classes of a cycle, sorted, without their subclasses. */
function lockClassesOf(cycle: readonly LockEdge[]): string[] {
  return [...new Set(cycle.map((edge) => edge.from.lockClass.replace(/\/\d+$/, '')))].sort();
}

/** The cycle from its first class by name on, so that it reads the same whoever closed it. */
function turned(cycle: readonly LockEdge[]): LockEdge[] {
  const names = cycle.map((edge) => edge.from.lockClass);
  const first = names.indexOf([...names].sort()[0]!);
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

function stepOf({ from, to, facts }: LockEdge): LockOrderStep {
  const fact = facts[facts.length - 1]!;
  return {
    thread: fact.thread,
    scope: fact.scope,
    party: fact.party,
    holds: from.name,
    holdsSite: from.site,
    asks: to.name,
    asksSite: to.site,
    ...(facts.length > 1 ? { interrupts: facts[0]!.thread } : {}),
    schedule: fact.schedule,
  };
}

function words(step: LockOrderStep): string {
  const who = `${step.thread}${step.scope === null ? '' : ` (${step.scope})`}`;
  return step.interrupts === undefined
    ? `${who} asks for ${step.asks} while it holds ${step.holds}`
    : `${who} asks for ${step.asks}, and may come while ${step.interrupts} holds ${step.holds} with interrupts on`;
}

function behind(writer: LockFact): string {
  return `readers of it wait behind ${writer.thread}, who asks for ${writer.wanted!.name}`;
}

function headline(cycle: readonly LockEdge[], irq: boolean): string {
  if (irq) return 'an interrupt may come where its lock is held';
  return cycle.length === 1
    ? `two locks of the class ${cycle[0]!.from.lockClass} are taken one inside the other`
    : 'locks are taken in a circle';
}
