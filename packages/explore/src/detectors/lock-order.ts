import {
  callSite,
  OpKind,
  type HeldLock,
  type KThread,
  type Lock,
  type Machine,
} from '@movable-pages/machine';
import { innermost } from '../innermost.js';
import type { Schedule } from '../schedule.js';
import { LockGraph, type LockEdge, type LockFact, type LockUse } from './lock-graph.js';

/** Contexts that are kept of one edge. */
const CONTEXTS = 6;

/** One way in which an edge was made. */
interface Context {
  readonly fact: LockFact;
  /** The execution that made it last. */
  seen: number;
}

/**
 * Feeds a {@link LockGraph} with what threads do: order of locks, and which locks interrupt handlers take and others hold
 * with interrupts on. It keeps what it has seen from one execution to the next until it is told to forget.
 *
 * A lock counts as asked for when somebody is about to wait for it, contended or not; a try asks for nothing, but what it
 * took is held like any other.
 *
 * @since 0.1.0
 */
export class LockOrder {
  readonly graph = new LockGraph();
  private readonly contexts = new Map<string, Map<string, Context[]>>();
  private execution = 0;
  private readonly ordered: boolean;

  /**
   * @param found Told of a cycle as it is closed.
   * @param present The schedule of the present execution, up to here, and its preemptions.
   * @param interrupts Whether it matters which locks are held with interrupts on.
   */
  constructor(
    private readonly machine: Machine,
    private readonly found: (cycle: readonly LockEdge[]) => void,
    private readonly present: () => Pick<LockFact, 'schedule' | 'preemptions'>,
    private readonly interrupts: boolean,
  ) {
    this.ordered = machine.threads.some((thread) => thread.after.length > 0);
  }

  /** An execution begins. */
  begin(): void {
    this.execution++;
  }

  /** Forgets everything. */
  forget(): void {
    if (this.contexts.size === 0) return;
    this.graph.clear();
    this.contexts.clear();
  }

  /** Takes in what another execution, or another search, has seen. */
  restore(facts: readonly LockFact[]): void {
    for (const fact of facts) {
      this.graph.add(fact);
      const list = this.slot(fact.held?.lockClass ?? '', fact.wanted?.lockClass ?? '');
      list.push({ fact, seen: 0 });
    }
  }

  /** The schedules of those facts of a cycle that this execution did not show itself. */
  elsewhere(cycle: readonly LockEdge[]): Schedule[] {
    const facts = [...cycle.flatMap((edge) => edge.facts), ...this.graph.writersOf(cycle)];
    const here = new Set<LockFact>();
    for (const wanted of this.contexts.values())
      for (const list of wanted.values())
        for (const context of list) if (context.seen === this.execution) here.add(context.fact);
    return facts.filter((fact) => !here.has(fact)).map((fact) => fact.schedule);
  }

  /** The running code is about to take a lock. */
  lockWanted(thread: KThread, lock: Lock, lockClass: string): void {
    const { held } = thread;
    for (let i = 0; i < held.length; i++) {
      const outer = held[i]!;
      // Being there already says nothing new; a lock that its holder waits for is another matter, and reported as such.
      if (outer.lock === lock && !lock.shared) continue;
      this.note('order', thread, outer, lock, lockClass);
    }
    if (lock.hasReaders && !lock.shared) this.note('writer', thread, null, lock, lockClass);
    if (this.interrupts && thread.interrupt && lock.kind !== 'map')
      this.note('handler', thread, null, lock, lockClass);
  }

  /** Looks which locks are held with interrupts on. */
  step(thread: KThread): void {
    if (!this.interrupts || thread.interrupt || thread.irqsOff > 0) return;
    if (thread.kind !== OpKind.acquire && thread.kind !== OpKind.tryAcquire && thread.kind !== OpKind.release)
      return;
    for (const outer of thread.held)
      if (outer.lock.kind !== 'map') this.note('open', thread, outer, null, '');
  }

  private note(
    kind: LockFact['kind'],
    thread: KThread,
    outer: HeldLock | null,
    lock: Lock | null,
    lockClass: string,
  ): void {
    const list = this.slot(outer?.lockClass ?? '', lockClass);
    for (let i = 0; i < list.length; i++) {
      const context = list[i]!;
      if (!this.covers(context.fact, kind, thread, outer, lock)) continue;
      context.seen = this.execution;
      return;
    }
    if (list.length >= CONTEXTS * 4) return;
    const fact: LockFact = {
      kind,
      held: outer === null ? null : use(outer.lock, outer.lockClass, thread, outer.site),
      wanted: lock === null ? null : use(lock, lockClass, thread, callSite()),
      gates: thread.held.filter((each) => each !== outer && isGate(each)).map((each) => each.lock.name),
      thread: thread.name,
      never: this.ordered ? this.neverBeside(thread) : [],
      scope: innermost(thread),
      party: thread.runningParty,
      ...this.present(),
    };
    list.push({ fact, seen: this.execution });
    const cycle = this.graph.add(fact);
    if (cycle !== null) this.found(cycle);
  }

  private slot(held: string, wanted: string): Context[] {
    let row = this.contexts.get(held);
    if (row === undefined) this.contexts.set(held, (row = new Map()));
    let list = row.get(wanted);
    if (list === undefined) row.set(wanted, (list = []));
    return list;
  }

  /** Whether a known fact says all that a new one would: it was made with no more locks around it. */
  private covers(
    fact: LockFact,
    kind: LockFact['kind'],
    thread: KThread,
    outer: HeldLock | null,
    lock: Lock | null,
  ): boolean {
    if (fact.kind !== kind) return false;
    if (outer !== null && fact.held!.shared !== outer.lock.shared) return false;
    if (lock !== null) {
      if (fact.wanted!.shared !== lock.shared) return false;
      if (lock.shared && fact.wanted!.recursive !== thread.interrupt) return false;
    }
    if (this.ordered && fact.thread !== thread.name) return false;
    for (const gate of fact.gates) if (!holdsBesides(thread, gate, outer)) return false;
    return true;
  }

  private neverBeside(thread: KThread): string[] {
    return this.machine.threads
      .filter((other) => comesAfter(other, thread) || comesAfter(thread, other))
      .map((other) => other.name);
  }
}

function use(lock: Lock, lockClass: string, thread: KThread, site: string | undefined): LockUse {
  return {
    lockClass,
    name: lock.name,
    shared: lock.shared,
    recursive: lock.shared && thread.interrupt,
    map: lock.kind === 'map',
    site,
  };
}

function isGate(held: HeldLock): boolean {
  return !held.lock.shared && held.lock.kind !== 'map';
}

function holdsBesides(thread: KThread, name: string, outer: HeldLock | null): boolean {
  for (const each of thread.held) if (each !== outer && each.lock.name === name && isGate(each)) return true;
  return false;
}

function comesAfter(thread: KThread, earlier: KThread): boolean {
  return thread.after.some((each) => each === earlier || comesAfter(each, earlier));
}
