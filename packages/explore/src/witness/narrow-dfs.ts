import type { KThread } from '@movable-pages/machine';
import { isShorter, type Cost } from '../compare.js';
import { ABANDON, defaultThread, switchCost, type SchedulePoint, type Strategy } from '../strategy.js';

/** One decision on the present path: a step, or the answer to a choice. */
interface Node {
  readonly choice: boolean;
  /** Threads, or answers, that are left to try: a mask. */
  left: number;
  chosen: number;
  /** Of a step: threads that cost a preemption. */
  readonly costly: number;
  readonly before: Cost;
}

/**
 * Every schedule that could still be better than the best known witness, depth first: what cannot be any more is cut
 * (branch and bound). When it has no more executions, nothing within its preemptions and faults is better.
 */
export class NarrowDfs implements Strategy {
  readonly name = 'narrow';
  private readonly path: Node[] = [];
  private depth = 0;
  private started = false;
  private abandoned = false;
  private now: { preemptions: number; faults: number; steps: number } = nothing();

  /**
   * @param best The best witness so far; asked again and again.
   */
  constructor(
    private readonly bounds: { readonly preemptions: number; readonly faults: number },
    private readonly best: () => Cost,
  ) {}

  nextExecution(): boolean {
    this.depth = 0;
    this.abandoned = false;
    this.now = nothing();
    if (!this.started) return (this.started = true);
    while (this.path.length > 0) {
      const node = this.path.at(-1)!;
      while (node.left !== 0) {
        const option = 31 - Math.clz32(node.left & -node.left);
        node.left &= ~(1 << option);
        if (!this.isWorthwhile(costWith(node, option))) continue;
        node.chosen = option;
        return true;
      }
      this.path.pop();
    }
    return false;
  }

  nextThread(point: SchedulePoint): number {
    if (this.abandoned) return ABANDON;
    const node = this.path[this.depth] ?? this.extend(this.step(point));
    // Who could step here before and cannot now is no deterministic program's.
    if (node === null || (point.enabledMask & (1 << node.chosen)) === 0) return ABANDON;
    this.depth++;
    this.now = costWith(node, node.chosen);
    return node.chosen;
  }

  nextChoice(_name: string, alternatives: number, _thread: KThread): number {
    const left = alternatives >= 31 ? 0x7fffffff : (1 << alternatives) - 1;
    const node =
      this.path[this.depth] ??
      this.extend({ choice: true, left, chosen: 0, costly: 0, before: { ...this.now } });
    if (node === null || node.chosen >= alternatives) {
      this.abandoned = true;
      return 0;
    }
    this.depth++;
    this.now = costWith(node, node.chosen);
    return node.chosen;
  }

  private step(point: SchedulePoint): Node {
    let costly = 0;
    for (let i = 0; i < point.count; i++) {
      const id = point.enabled[i]!;
      if (switchCost(point, id) !== 0) costly |= 1 << id;
    }
    return {
      choice: false,
      left: point.enabledMask,
      chosen: defaultThread(point),
      costly,
      before: { ...this.now },
    };
  }

  /** Adds a decision, by default or else the first that is worthwhile; null if none is. */
  private extend(node: Node): Node | null {
    let option = node.chosen;
    for (;;) {
      node.left &= ~(1 << option);
      if (this.isWorthwhile(costWith(node, option))) {
        node.chosen = option;
        this.path.push(node);
        return node;
      }
      if (node.left === 0) return null;
      option = 31 - Math.clz32(node.left & -node.left);
    }
  }

  private isWorthwhile(cost: Cost): boolean {
    return (
      cost.preemptions <= this.bounds.preemptions &&
      cost.faults <= this.bounds.faults &&
      isShorter(cost, this.best())
    );
  }
}

/** What an execution costs at least, once it has decided so. */
function costWith(node: Node, option: number): { preemptions: number; faults: number; steps: number } {
  const { preemptions, faults, steps } = node.before;
  return node.choice
    ? { preemptions, faults: faults + (option === 0 ? 0 : 1), steps }
    : { preemptions: preemptions + ((node.costly >> option) & 1), faults, steps: steps + 1 };
}

function nothing(): { preemptions: number; faults: number; steps: number } {
  return { preemptions: 0, faults: 0, steps: 0 };
}
