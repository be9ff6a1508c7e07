import type { Schedule } from '../schedule.js';

/** A lock of a fact, and where it was taken or asked for. @since 0.1.0 */
export interface LockUse {
  readonly lockClass: string;
  /** This very lock: `page 3 lock`. */
  readonly name: string;
  /** As a reader. */
  readonly shared: boolean;
  /** As a reader who never waits behind a waiting writer: the kernel lets readers in interrupts pass. */
  readonly recursive: boolean;
  /** A place in the code, not a lock (`LockMap`). */
  readonly map: boolean;
  readonly site?: string | undefined;
}

/**
 * Something that was seen of the use of locks: a lock asked for while another is held (`order`), a lock held where an
 * interrupt may come (`open`), a lock asked for by an interrupt handler (`handler`), or by a writer behind whom readers
 * will have to wait (`writer`).
 *
 * @since 0.1.0
 */
export interface LockFact {
  readonly kind: 'order' | 'open' | 'handler' | 'writer';
  /** The lock that is held; of a handler's and of a writer's, null. */
  readonly held: LockUse | null;
  /** The lock that is asked for; of an open one, null. */
  readonly wanted: LockUse | null;
  /** The locks that were held besides, exclusively: two threads that both hold one of these are never there together. */
  readonly gates: readonly string[];
  readonly thread: string;
  /** Threads that begin when this one has ended, or that had ended when it began. */
  readonly never: readonly string[];
  readonly scope: string | null;
  readonly party: string;
  /** The schedule that first made it, up to there, and its preemptions. */
  readonly schedule: Schedule;
  readonly preemptions: number;
}

/** Whoever waits in the first lock may never get it while the second is held. One step of a cycle. @since 0.1.0 */
export interface LockEdge {
  readonly from: LockUse;
  readonly to: LockUse;
  /** One fact, or two: held where an interrupt may come, asked for by its handler. */
  readonly facts: readonly LockFact[];
}

/** Edges of the longest cycle that is looked for. */
const LONGEST = 6;

/**
 * The order of lock classes over everything that was seen (as Linux' lockdep keeps it, with the gates of Havelund's
 * GoodLock added): an edge A to B says that B was asked for while A was held. A cycle is a deadlock that some schedule
 * may come to, unless a lock held around two of its edges, or the order of threads, keeps them apart.
 *
 * Plain data: facts of one graph can be added to another.
 *
 * @since 0.1.0
 */
export class LockGraph {
  readonly facts: LockFact[] = [];
  private readonly from = new Map<string, LockEdge[]>();
  /** Classes that somebody asks for as a writer, so that readers may wait behind him, and who. */
  private readonly writers = new Map<string, LockFact>();

  /** Forgets everything. */
  clear(): void {
    this.facts.length = 0;
    this.from.clear();
    this.writers.clear();
  }

  /** Adds a fact and gives the shortest cycle that it closes, or null. */
  add(fact: LockFact): readonly LockEdge[] | null {
    this.facts.push(fact);
    const edges = this.edgesOf(fact);
    const { wanted } = fact;
    for (const edge of edges) {
      const list = this.from.get(edge.from.lockClass);
      if (list === undefined) this.from.set(edge.from.lockClass, [edge]);
      else list.push(edge);
    }
    let starts = edges;
    if (fact.kind === 'writer' && !this.writers.has(wanted!.lockClass)) {
      this.writers.set(wanted!.lockClass, fact);
      // It may be what an older cycle of readers lacked.
      starts = this.into(wanted!.lockClass);
    }
    let shortest: readonly LockEdge[] | null = null;
    for (const edge of starts) {
      const cycle = this.cycleThrough(edge);
      if (cycle !== null && (shortest === null || cycle.length < shortest.length)) shortest = cycle;
    }
    return shortest;
  }

  /** The writers without whom the readers of a cycle would not wait for each other. */
  writersOf(cycle: readonly LockEdge[]): LockFact[] {
    return cycle.flatMap((edge, i) => {
      const next = cycle[(i + 1) % cycle.length]!.from;
      const writer = edge.to.shared && next.shared ? this.writers.get(next.lockClass) : undefined;
      return writer === undefined ? [] : [writer];
    });
  }

  private edgesOf(fact: LockFact): LockEdge[] {
    if (fact.kind === 'writer') return [];
    if (fact.kind === 'order') return [{ from: fact.held!, to: fact.wanted!, facts: [fact] }];
    const others = this.facts.filter((other) => other.kind === (fact.kind === 'open' ? 'handler' : 'open'));
    return others.map((other) => {
      const [open, handler] = fact.kind === 'open' ? [fact, other] : [other, fact];
      return { from: open.held!, to: handler.wanted!, facts: [open, handler] };
    });
  }

  private into(lockClass: string): LockEdge[] {
    return [...this.from.values()].flat().filter((edge) => edge.to.lockClass === lockClass);
  }

  /** Breadth first, so that the cycle is a shortest one. */
  private cycleThrough(start: LockEdge): readonly LockEdge[] | null {
    let paths: LockEdge[][] = [[start]];
    for (let length = 1; length <= LONGEST && paths.length > 0; length++) {
      const longer: LockEdge[][] = [];
      for (const path of paths) {
        const last = path[path.length - 1]!;
        if (last.to.lockClass === start.from.lockClass && this.waits(last.to, start.from) && canMeet(path))
          return path;
        for (const next of this.from.get(last.to.lockClass) ?? []) {
          if (path.some((edge) => edge.from.lockClass === next.from.lockClass)) continue;
          if (this.waits(last.to, next.from)) longer.push([...path, next]);
        }
      }
      paths = longer;
    }
    return null;
  }

  /** Whether who asks for a lock so may have to wait for who holds it so. */
  private waits(wanted: LockUse, held: LockUse): boolean {
    if (!wanted.shared || !held.shared) return true;
    return !wanted.recursive && this.writers.has(wanted.lockClass);
  }
}

/** Whether the edges of a cycle can all be there at one moment. */
function canMeet(edges: readonly LockEdge[]): boolean {
  const only = edges[0]!;
  // Two locks of one class: whoever holds the lock around them is alone with it.
  if (edges.length === 1 && only.facts.length === 1) return only.facts[0]!.gates.length === 0;
  for (let i = 0; i < edges.length; i++)
    for (let j = i + 1; j < edges.length; j++)
      for (const a of edges[i]!.facts) for (const b of edges[j]!.facts) if (exclude(a, b)) return false;
  return true;
}

function exclude(a: LockFact, b: LockFact): boolean {
  if (a.never.includes(b.thread) || b.never.includes(a.thread)) return true;
  return (
    a.gates.some((gate) => b.gates.includes(gate) || b.held?.name === gate) ||
    b.gates.some((gate) => a.held?.name === gate)
  );
}
