import type { KThread } from '@movable-pages/machine';
import { defaultThread, switchCost, type SchedulePoint, type Strategy } from '../strategy.js';

/** Bounds of a depth-first search. @since 0.1.0 */
export interface DfsBounds {
  /** Preemptions in one execution, counting time-outs that nobody had to wait for. Infinity = all schedules. */
  readonly preemptions: number;
  /** Choices other than 0 in one execution. */
  readonly faults: number;
}

/** One decision on the current path: a step, or the answer to a choice. @since 0.1.0 */
export interface DecisionNode {
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
 * Depth-first search of schedules within a preemption bound (Musuvathi and Qadeer, "Iterative context bounding", 2007) and
 * a fault bound. Nodes are reused; nothing is allocated in an execution once the path has its length. Which threads are
 * worth trying at a step is the subclass's to say.
 *
 * @since 0.1.0
 */
export abstract class DepthFirst implements Strategy {
  abstract readonly name: string;
  /** Whether a bound cut anything off; if not, the search saw all it wanted to. */
  cut = false;
  /** Decisions of the present path: the first `length` count. */
  protected readonly path: DecisionNode[] = [];
  /** For each step of this execution, its node. */
  protected readonly nodeOfStep: number[] = [];
  private length = 0;
  private depth = 0;
  private spent = 0;
  private faults = 0;
  private started = false;

  constructor(private readonly bounds: DfsBounds) {}

  /** Threads to try, besides the one that runs by default, at a step that is met for the first time: a mask. */
  protected abstract wantedAtFirst(point: SchedulePoint): number;

  /** Called before each execution. */
  protected rewind(): void {
    this.depth = 0;
    this.spent = 0;
    this.faults = 0;
    this.nodeOfStep.length = 0;
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

  /** Moves a node to its next alternative that the bounds allow. */
  private advance(node: DecisionNode): boolean {
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
    node.tried = 1 << chosen;
    node.wanted = node.tried | this.wantedAtFirst(point);
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

  private push(): DecisionNode {
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
