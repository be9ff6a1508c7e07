import type { KThread } from '@movable-pages/machine';
import { defaultThread, switchCost, type SchedulePoint, type Strategy } from '../strategy.js';

/** Bounds of a {@link BoundedDfs}. @since 0.1.0 */
export interface DfsBounds {
  /** Preemptions in one execution, counting time-outs that nobody had to wait for. Infinity = all schedules. */
  readonly preemptions: number;
  /** Choices other than 0 in one execution. */
  readonly faults: number;
}

/** One decision on the current path. */
interface Node {
  choice: boolean;
  chosen: number;
  /** Threads or answers not tried yet: a mask of thread ids, or the next answer. */
  left: number;
  alternatives: number;
  cost: number;
  /** Ids whose pick costs 1 here. */
  costly: number;
  spentBefore: number;
  faultsBefore: number;
}

/**
 * Depth-first search of every schedule within a preemption bound (Musuvathi and Qadeer, "Iterative context bounding",
 * 2007) and a fault bound. Nodes are reused; nothing is allocated in an execution once the path has its length.
 *
 * @since 0.1.0
 */
export class BoundedDfs implements Strategy {
  readonly name: string;
  private readonly path: Node[] = [];
  private length = 0;
  private depth = 0;
  private spent = 0;
  private faults = 0;
  private started = false;
  /** Whether a bound cut anything off; if not, the search saw every schedule there is. */
  cut = false;

  constructor(private readonly bounds: DfsBounds) {
    this.name = `dfs(preemptions=${bounds.preemptions}, faults=${bounds.faults})`;
  }

  nextExecution(): boolean {
    this.depth = 0;
    this.spent = 0;
    this.faults = 0;
    if (!this.started) {
      this.started = true;
      return true;
    }
    while (this.length > 0) {
      const node = this.path[this.length - 1]!;
      if (this.advance(node)) return true;
      this.length--;
    }
    return false;
  }

  /** Moves a node to its next alternative that the bounds allow. */
  private advance(node: Node): boolean {
    if (node.choice) {
      if (node.left >= node.alternatives) return false;
      if (node.faultsBefore >= this.bounds.faults) {
        this.cut = true;
        return false;
      }
      node.chosen = node.left++;
      return true;
    }
    let left = node.left;
    if (node.spentBefore >= this.bounds.preemptions && (left & node.costly) !== 0) {
      this.cut = true;
      left &= ~node.costly;
    }
    if (left === 0) return false;
    const bit = left & -left;
    node.left &= ~bit;
    node.chosen = 31 - Math.clz32(bit);
    node.cost = (node.costly & bit) !== 0 ? 1 : 0;
    return true;
  }

  nextThread(point: SchedulePoint): number {
    const index = this.depth++;
    if (index < this.length) {
      const node = this.path[index]!;
      this.spent += node.cost;
      return node.chosen;
    }
    const chosen = defaultThread(point);
    let costly = 0;
    for (let i = 0; i < point.count; i++) {
      const id = point.enabled[i]!;
      if (switchCost(point, id) !== 0) costly |= 1 << id;
    }
    const node = this.push();
    node.choice = false;
    node.chosen = chosen;
    node.left = point.enabledMask & ~(1 << chosen);
    node.costly = costly;
    node.cost = (costly & (1 << chosen)) !== 0 ? 1 : 0;
    node.spentBefore = this.spent;
    node.faultsBefore = this.faults;
    this.spent += node.cost;
    return chosen;
  }

  nextChoice(_name: string, alternatives: number, _thread: KThread): number {
    const index = this.depth++;
    if (index < this.length) {
      const node = this.path[index]!;
      if (node.chosen !== 0) this.faults++;
      return node.chosen;
    }
    const node = this.push();
    node.choice = true;
    node.chosen = 0;
    node.left = 1;
    node.alternatives = alternatives;
    node.cost = 0;
    node.spentBefore = this.spent;
    node.faultsBefore = this.faults;
    return 0;
  }

  private push(): Node {
    const node = (this.path[this.length] ??= {
      choice: false,
      chosen: 0,
      left: 0,
      alternatives: 0,
      cost: 0,
      costly: 0,
      spentBefore: 0,
      faultsBefore: 0,
    });
    this.length++;
    return node;
  }
}
