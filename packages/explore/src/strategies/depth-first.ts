import type { KThread } from '@movable-pages/machine';
import { ABANDON, defaultThread, switchCost, type SchedulePoint, type Strategy } from '../strategy.js';
import type { WorkUnit } from '../work-unit.js';

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
  /** Of a step: threads that need not be tried, because what they do here was seen elsewhere. */
  asleep: number;
  /** Of a choice: the next answer, and how many there are. */
  next: number;
  alternatives: number;
  cost: number;
  /** Of a step: a stretch of one thread begins here, or could end here for free. */
  boundary: boolean;
  spentBefore: number;
  faultsBefore: number;
}

/** A search between two executions, as plain data. @since 0.1.0 */
export interface SavedDfs {
  readonly cut: boolean;
  readonly abandoned: number;
  /** The nodes of the path, each as a list of its fields in the order of {@link DecisionNode}. */
  readonly path: readonly (readonly number[])[];
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
  /** Executions that were given up because all they could still do had been seen. */
  abandoned = 0;
  /** Decisions of the present path: the first `length` count. */
  protected readonly path: DecisionNode[] = [];
  /** For each step of this execution, its node. */
  protected nodeOfStep = new Int32Array(1024);
  /** Decisions of this execution that earlier ones have taken as well, and judged. */
  protected known = 0;
  private steps = 0;
  private length = 0;
  private depth = 0;
  private spent = 0;
  private faults = 0;
  private started = false;

  /**
   * @param unit Search only what begins with these decisions.
   */
  constructor(
    private readonly bounds: DfsBounds,
    private readonly unit: WorkUnit | null = null,
  ) {}

  /** Threads to try, besides the one that runs by default, at a step that is met for the first time: a mask. */
  protected abstract wantedAtFirst(point: SchedulePoint): number;

  /** Threads that need not be tried at a step: a mask. */
  protected asleepAt(_point: SchedulePoint): number {
    return 0;
  }

  /** A step was decided. */
  protected decided(_node: DecisionNode): void {}

  /** Called before each execution. */
  protected rewind(): void {
    this.depth = 0;
    this.spent = 0;
    this.faults = 0;
    this.steps = 0;
  }

  nextExecution(): boolean {
    if (!this.started) {
      this.started = true;
      this.known = 0;
      this.rewind();
      return true;
    }
    const floor = this.unit?.decisions.length ?? 0;
    while (this.length > floor) {
      if (this.advance(this.path[this.length - 1]!)) {
        this.known = this.length - 1;
        this.rewind();
        return true;
      }
      this.length--;
    }
    return false;
  }

  /** What is left to do, to go on later with {@link DepthFirst.restore}. To be asked between executions. */
  save(): SavedDfs {
    return {
      cut: this.cut,
      abandoned: this.abandoned,
      path: this.path
        .slice(0, this.length)
        .map((node) => [
          Number(node.choice),
          node.chosen,
          node.wanted,
          node.tried,
          node.enabled,
          node.costly,
          node.timeouts,
          node.asleep,
          node.next,
          node.alternatives,
          node.cost,
          Number(node.boundary),
          node.spentBefore,
          node.faultsBefore,
        ]),
    };
  }

  /** Goes on where a search was saved. To be called before the first execution. */
  restore(saved: SavedDfs): void {
    this.cut = saved.cut;
    this.abandoned = saved.abandoned;
    for (const fields of saved.path) {
      const node = this.push();
      node.choice = fields[0] === 1;
      node.chosen = fields[1]!;
      node.wanted = fields[2]!;
      node.tried = fields[3]!;
      node.enabled = fields[4]!;
      node.costly = fields[5]!;
      node.timeouts = fields[6]!;
      node.asleep = fields[7]!;
      node.next = fields[8]!;
      node.alternatives = fields[9]!;
      node.cost = fields[10]!;
      node.boundary = fields[11] === 1;
      node.spentBefore = fields[12]!;
      node.faultsBefore = fields[13]!;
    }
    this.started = true;
  }

  /** About which part of the search is done, if the branches that are known by now were all, and all of one size. */
  get done(): number {
    let done = 0;
    let share = 1;
    for (let at = this.unit?.decisions.length ?? 0; at < this.length; at++) {
      const node = this.path[at]!;
      const tried = node.choice ? node.next - 1 : bitCount(node.tried & ~node.asleep) - 1;
      const known = Math.max(this.branches(node), tried + 1);
      done += (share * tried) / known;
      share /= known;
    }
    return done;
  }

  private branches(node: DecisionNode): number {
    if (node.choice) return node.faultsBefore >= this.bounds.faults ? node.next : node.alternatives;
    const allowed = node.spentBefore >= this.bounds.preemptions ? ~node.costly : -1;
    return bitCount(((node.wanted & allowed) | node.tried) & ~node.asleep);
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
    let left = node.wanted & ~node.tried & ~node.asleep;
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
    this.noteStep(index);
    if (index < this.length) {
      const known = this.path[index]!;
      known.boundary = !point.lastCanGoOn || known.chosen !== point.last;
      this.spent += known.cost;
      this.decided(known);
      return known.chosen;
    }
    const asleep = this.asleepAt(point);
    const given = this.unit?.decisions[index]?.thread;
    const chosen = given ?? this.firstAwake(point, asleep);
    if (chosen === ABANDON) {
      this.abandoned++;
      return ABANDON;
    }
    const node = this.push();
    node.choice = false;
    node.boundary = !point.lastCanGoOn || chosen !== point.last;
    node.chosen = chosen;
    node.tried = 1 << chosen;
    node.wanted = node.tried | this.wantedAtFirst(point);
    node.enabled = point.enabledMask;
    node.costly = 0;
    node.timeouts = point.timeoutMask;
    node.asleep = asleep;
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
    if (given !== undefined) {
      // The units of the lower threads stand before this one: what they see is not looked for again.
      node.tried |= this.unit!.decisions[index]!.before;
      if (this.outOfUnit(node)) return this.giveUp();
    }
    this.decided(node);
    return chosen;
  }

  /** Whether the first decisions of a unit lead to where this search does not go. */
  private outOfUnit(node: DecisionNode): boolean {
    if (((1 << node.chosen) & node.asleep) !== 0) return true;
    if (this.spent <= this.bounds.preemptions) return false;
    this.cut = true;
    return true;
  }

  private giveUp(): number {
    this.abandoned++;
    return ABANDON;
  }

  private firstAwake(point: SchedulePoint, asleep: number): number {
    const usual = defaultThread(point);
    if (((1 << usual) & asleep) === 0) return usual;
    const all = point.enabledMask & ~asleep;
    if (all === 0) return ABANDON;
    const usualAwake = all & ~point.interruptMask;
    const awake = usualAwake !== 0 ? usualAwake : all;
    const later = awake & (-2 << usual);
    const from = later !== 0 ? later : awake;
    return 31 - Math.clz32(from & -from);
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
    node.chosen = this.unit?.decisions[index]?.answer ?? 0;
    node.next = 1;
    node.alternatives = alternatives;
    node.cost = 0;
    node.asleep = 0;
    node.spentBefore = this.spent;
    node.faultsBefore = this.faults;
    if (node.chosen !== 0) this.faults++;
    return node.chosen;
  }

  private noteStep(index: number): void {
    if (this.steps === this.nodeOfStep.length) {
      const grown = new Int32Array(this.steps * 2);
      grown.set(this.nodeOfStep);
      this.nodeOfStep = grown;
    }
    this.nodeOfStep[this.steps++] = index;
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
      asleep: 0,
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

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
