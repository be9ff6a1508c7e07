import type { KThread, Machine } from '@movable-pages/machine';
import { wantedForInterrupts, type SchedulePoint } from '../strategy.js';
import type { WorkUnit } from '../work-unit.js';
import { commute } from './commute.js';
import { Conflicts, Look } from './conflicts.js';
import { DepthFirst, type DecisionNode } from './depth-first.js';
import type { Effect } from './effect.js';

/**
 * Search of every schedule that differs in more than the order of steps which do not matter to each other, without a bound
 * of preemptions: dynamic partial-order reduction with source sets (Abdulla, Aronsson, Jonsson and Sagonas, POPL 2014; after
 * Flanagan and Godefroid, POPL 2005) and sleep sets (Godefroid, 1996).
 *
 * Before each step that conflicts with a later one of another thread, a thread is tried that leads to the other order. A thread whose step was tried before a decision sleeps after the others of that decision, until somebody takes
 * a step that conflicts with its own: what it does would only come to a schedule that was seen.
 *
 * @since 0.1.0
 */
export class Dpor extends DepthFirst {
  readonly name: string;
  private readonly conflicts: Conflicts;
  private asleep = 0;
  private maySleep = 0;

  constructor(
    private readonly machine: Machine,
    faults: number,
    unit: WorkUnit | null = null,
  ) {
    super({ preemptions: Infinity, faults }, unit);
    this.name = `dpor(faults=${faults})`;
    this.conflicts = new Conflicts(machine, true);
  }

  /** Nobody else, until a conflict shows that it matters; but an interrupt may come at any moment. */
  protected override wantedAtFirst(point: SchedulePoint): number {
    return wantedForInterrupts(point);
  }

  protected override asleepAt(point: SchedulePoint): number {
    return this.asleep & point.enabledMask;
  }

  protected override decided(node: DecisionNode): void {
    this.maySleep = (node.asleep | node.tried) & ~(1 << node.chosen);
  }

  protected override rewind(): void {
    super.rewind();
    this.conflicts.begin();
    this.asleep = 0;
  }

  /** Asks what the step conflicts with, remembers it, and wakes the sleepers that it conflicts with. */
  stepped(thread: KThread, result: unknown): void {
    const step = this.machine.steps;
    if (this.nodeOfStep[step]! >= this.known) this.conflicts.before(thread, result, false, this.wantBefore);
    this.conflicts.note(thread, result, step);
    let asleep = this.maySleep;
    for (let rest = asleep; rest !== 0; rest &= rest - 1) {
      const id = 31 - Math.clz32(rest & -rest);
      if (!commute(this.machine.threads[id]!, thread, result)) asleep &= ~(1 << id);
    }
    this.asleep = asleep;
  }

  /** Threads that did not get to what they want conflict as well. */
  ended(): void {
    for (let i = 0; i < this.machine.threadCount; i++) {
      const thread = this.machine.threads[i]!;
      if (!thread.finished) this.conflicts.before(thread, undefined, false, this.wantBefore);
    }
  }

  /**
   * One of those with which the other order could begin. If there is none, the thread waited there for the very operation:
   * then the earlier step is what let it go, and the two have only this order, or else anybody may lead there.
   */
  private readonly wantBefore = (step: number, thread: KThread, effect: Effect): Look => {
    const node = this.path[this.nodeOfStep[step]!]!;
    const initials = this.conflicts.initials(step, thread, effect) & node.enabled;
    if (initials === 0) {
      if (this.conflicts.wasWaitingAt(step, thread)) return Look.further;
      node.wanted |= node.enabled;
    } else if ((initials & (node.wanted | node.asleep)) === 0) {
      const own = initials & (1 << thread.id);
      node.wanted |= own !== 0 ? own : initials & -initials;
    }
    return Look.settled;
  };
}
