import type { KThread, Machine } from '@movable-pages/machine';
import type { WorkUnit } from '../work-unit.js';
import { Conflicts, Look } from './conflicts.js';
import { wantedForInterrupts, type SchedulePoint } from '../strategy.js';
import { DepthFirst, type DfsBounds, type DecisionNode } from './depth-first.js';

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
export class ReducedDfs extends DepthFirst {
  readonly name: string;
  private readonly conflicts: Conflicts;

  constructor(
    private readonly machine: Machine,
    bounds: DfsBounds,
    unit: WorkUnit | null = null,
  ) {
    super(bounds, unit);
    this.name = `reduced(preemptions=${bounds.preemptions}, faults=${bounds.faults})`;
    this.conflicts = new Conflicts(machine);
  }

  /** Nobody else, until a conflict shows that it matters; but an interrupt may come at any moment. */
  protected override wantedAtFirst(point: SchedulePoint): number {
    return wantedForInterrupts(point);
  }

  protected override rewind(): void {
    super.rewind();
    this.conflicts.begin();
  }

  /** Asks what the step conflicts with, then remembers it. */
  stepped(thread: KThread, result: unknown): void {
    const step = this.machine.steps;
    if (this.nodeOfStep[step]! >= this.known) this.conflicts.before(thread, result, true, this.wantBefore);
    this.conflicts.note(thread, result, step);
  }

  /** Threads that did not get to what they want conflict as well. */
  ended(): void {
    for (let i = 0; i < this.machine.threadCount; i++) {
      const thread = this.machine.threads[i]!;
      if (!thread.finished) this.conflicts.before(thread, undefined, true, this.wantBefore);
    }
  }

  private readonly wantBefore = (step: number, thread: KThread): Look => {
    const look = this.want(step, thread);
    let start = step;
    while (start > 0 && !this.nodeAt(start).boundary) start--;
    if (start !== step) this.want(start, thread);
    return look;
  };

  private nodeAt(step: number): DecisionNode {
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
}
