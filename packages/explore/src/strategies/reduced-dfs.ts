import type { KThread, Machine } from '@movable-pages/machine';
import { defaultThread, switchCost, type SchedulePoint, type Strategy } from '../strategy.js';
import type { DfsBounds } from './bounded-dfs.js';
import { Conflicts, Look } from './conflicts.js';

/** One decision on the current path: a step, or the answer to a choice. */
interface Node {
  choice: boolean;
  chosen: number;
  /** Of a step: threads worth trying here, threads tried, threads that can step, threads that cost 1. */
  wanted: number;
  tried: number;
  enabled: number;
  costly: number;
  /** Of a step: threads that could step only by timing out. */
  timeouts: number;
  /** Of a choice: the next answer, and how many there are. */
  next: number;
  alternatives: number;
  cost: number;
  /** Of a step: a stretch of one thread begins here, or could end here for free. */
  boundary: boolean;
  spentBefore: number;
  faultsBefore: number;
}

/**
 * Depth-first search of the schedules within a preemption bound that differ in more than the order of steps which do not
 * matter to each other (Coons, Musuvathi and McKinley, "Bounded partial-order reduction", 2013, on Flanagan and Godefroid's
 * dynamic partial-order reduction, 2005). Wherever a step conflicts with an earlier one of another thread, that thread is
 * tried before the earlier step, and, because a bound could forbid just that, where the stretch of the earlier step began.
 *
 * Plain accesses do not count as conflicts: they are ordered by locks, or the race detector sees them in any order.
 *
 * @since 0.1.0
 */
export class ReducedDfs implements Strategy {
  readonly name: string;
  /** Whether a bound cut anything off. */
  cut = false;
  private readonly conflicts: Conflicts;
  private readonly path: Node[] = [];
  private length = 0;
  private depth = 0;
  private spent = 0;
  private faults = 0;
  private started = false;
  /** For each step of this execution, its node. */
  private readonly nodeOfStep: number[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly bounds: DfsBounds,
  ) {
    this.name = `reduced(preemptions=${bounds.preemptions}, faults=${bounds.faults})`;
    this.conflicts = new Conflicts(machine);
  }

  nextExecution(): boolean {
    if (!this.started) {
      this.started = true;
      this.rewind();
      return true;
    }
    while (this.length > 0) {
      if (this.advance(this.path[this.length - 1]!)) {
        this.rewind();
        return true;
      }
      this.length--;
    }
    return false;
  }

  private rewind(): void {
    this.depth = 0;
    this.spent = 0;
    this.faults = 0;
    this.nodeOfStep.length = 0;
    this.conflicts.begin();
  }

  /** Moves a node to its next alternative that the bounds allow. */
  private advance(node: Node): boolean {
    if (node.choice) {
      if (node.next >= node.alternatives) return false;
      if (node.faultsBefore >= this.bounds.faults) {
        this.cut = true;
        return false;
      }
      node.chosen = node.next++;
      return true;
    }
    let left = node.wanted & ~node.tried;
    if (node.spentBefore >= this.bounds.preemptions && (left & node.costly) !== 0) {
      this.cut = true;
      left &= ~node.costly;
    }
    if (left === 0) return false;
    const bit = left & -left;
    node.tried |= bit;
    node.chosen = 31 - Math.clz32(bit);
    node.cost = (node.costly & bit) !== 0 ? 1 : 0;
    return true;
  }

  nextThread(point: SchedulePoint): number {
    const index = this.depth++;
    this.nodeOfStep.push(index);
    if (index < this.length) {
      const known = this.path[index]!;
      known.boundary = !point.lastCanGoOn || known.chosen !== point.last;
      this.spent += known.cost;
      return known.chosen;
    }
    const chosen = defaultThread(point);
    const node = this.push();
    node.choice = false;
    node.boundary = !point.lastCanGoOn || chosen !== point.last;
    node.chosen = chosen;
    node.wanted = 1 << chosen;
    node.tried = node.wanted;
    node.enabled = point.enabledMask;
    node.costly = 0;
    node.timeouts = point.timeoutMask;
    if (point.count > 1) {
      for (let i = 0; i < point.count; i++) {
        const id = point.enabled[i]!;
        if (switchCost(point, id) !== 0) node.costly |= 1 << id;
      }
    }
    node.cost = (node.costly & node.tried) !== 0 ? 1 : 0;
    node.spentBefore = this.spent;
    node.faultsBefore = this.faults;
    this.spent += node.cost;
    return chosen;
  }

  nextChoice(_name: string, alternatives: number, _thread: KThread): number {
    const index = this.depth++;
    if (index < this.length) {
      const known = this.path[index]!;
      if (known.chosen !== 0) this.faults++;
      return known.chosen;
    }
    const node = this.push();
    node.choice = true;
    node.chosen = 0;
    node.next = 1;
    node.alternatives = alternatives;
    node.cost = 0;
    node.spentBefore = this.spent;
    node.faultsBefore = this.faults;
    return 0;
  }

  stepped(thread: KThread, result: unknown): void {
    this.conflicts.before(thread, result, this.wantBefore);
    this.conflicts.note(thread, result, this.machine.steps);
  }

  /** Threads that did not get to what they want conflict as well. */
  ended(): void {
    for (let i = 0; i < this.machine.threadCount; i++) {
      const thread = this.machine.threads[i]!;
      if (!thread.finished) this.conflicts.before(thread, undefined, this.wantBefore);
    }
  }

  private readonly wantBefore = (step: number, thread: KThread): Look => {
    const look = this.want(step, thread);
    let start = step;
    while (start > 0 && !this.nodeAt(start).boundary) start--;
    if (start !== step) this.want(start, thread);
    return look;
  };

  private nodeAt(step: number): Node {
    return this.path[this.nodeOfStep[step]!]!;
  }

  /**
   * The thread itself; or, if it cannot step there, those that led to what it wants. If it waited there for the very
   * operation and nobody else led to it, the earlier step is what let it go, and the two have only this order.
   */
  private want(step: number, thread: KThread): Look {
    const node = this.nodeAt(step);
    const bit = 1 << thread.id;
    const leading = node.enabled & this.conflicts.threadsBetween(step, thread);
    if ((node.enabled & bit) !== 0) {
      node.wanted |= bit;
      // To time out may cost what being woken does not.
      if ((node.timeouts & bit) !== 0) node.wanted |= leading;
      return Look.settled;
    }
    if (leading === 0 && this.conflicts.wasWaitingAt(step, thread)) return Look.further;
    node.wanted |= leading !== 0 ? leading : node.enabled;
    return Look.settled;
  }

  private push(): Node {
    const node = (this.path[this.length] ??= {
      choice: false,
      chosen: 0,
      wanted: 0,
      tried: 0,
      enabled: 0,
      costly: 0,
      timeouts: 0,
      next: 0,
      alternatives: 0,
      cost: 0,
      boundary: false,
      spentBefore: 0,
      faultsBefore: 0,
    });
    this.length++;
    return node;
  }
}
