import type { KThread, Lock, Machine } from '@movable-pages/machine';
import type { Outcome } from '../execution.js';
import { NO_EVIDENCE, scheduleLength, type Schedule } from '../schedule.js';
import { violationKey, type Violation } from '../violation.js';
import { describeLockOrder } from './describe-lock-order.js';
import type { LockEdge, LockFact } from './lock-graph.js';
import { LockOrder } from './lock-order.js';

/** A cycle in the order of locks that a search has come to. Plain data. @since 0.1.0 */
export interface Standing {
  readonly violation: Violation;
  /** The execution that closed it, up to there; its `evidence` is what other executions showed. */
  readonly schedule: Schedule;
  readonly outcome: Outcome;
  /** That execution, counted from 1. */
  readonly execution: number;
}

/** What the judge asks and tells the executor that it belongs to. */
export interface JudgedExecution {
  /** Whether it matters which locks are held with interrupts on. */
  readonly interrupts: boolean;
  /** The schedule of the present execution, up to here. */
  schedule(): Schedule;
  /** How it went so far. */
  outcome(): Outcome;
  /** Steps of it so far. */
  steps(): number;
  /** Ends it. */
  report(violation: Violation): void;
}

/**
 * Judges the order of locks: over all executions while a search gathers, which ends none of them; afterwards, for the
 * proof of one cycle, in one execution together with its evidence.
 *
 * @since 0.1.0
 */
export class LockOrderJudge {
  /** Set by a search while it runs: cycles go to {@link LockOrderJudge.standing}. */
  gathering = false;
  /**
   * While nothing gathers: the schedules that are run before the one that closes the cycle. Null: the order of locks is
   * not judged.
   */
  private proof: readonly Schedule[] | null = null;
  /** The cycle that is to be proved, if that is known; other cycles are no matter then. */
  private target: string | null = null;
  /** The step at which the schedule that is proved closes its cycle. */
  private closesAt = 0;
  /** A cycle that was closed earlier: what is reported if there is nothing better. */
  private pending: Violation | null = null;
  /** What a search has found, each cycle once. */
  readonly standing: Standing[] = [];
  private readonly ofSearch: LockOrder;
  private readonly ofProof: LockOrder;
  private present: LockOrder | null = null;
  private muted = false;
  private executions = 0;

  constructor(
    machine: Machine,
    private readonly execution: JudgedExecution,
  ) {
    const make = () =>
      new LockOrder(
        machine,
        (cycle) => this.closed(cycle),
        () => ({ schedule: execution.schedule(), preemptions: execution.outcome().preemptions }),
        execution.interrupts,
      );
    this.ofSearch = make();
    this.ofProof = make();
  }

  /** Everything that a search has seen: give it to another one's {@link LockOrderJudge.restore}, or to a graph of all. */
  get facts(): readonly LockFact[] {
    return this.ofSearch.graph.facts;
  }

  /** Goes on where a search was saved. */
  restore(facts: readonly LockFact[], standing: readonly Standing[]): void {
    this.ofSearch.restore(facts);
    this.standing.push(...standing);
  }

  /** Of the schedule that is being proved, what its executions have to carry with them. */
  get evidence(): readonly Schedule[] | null {
    return this.gathering ? null : this.proof;
  }

  /**
   * From here on executions are judged by themselves, for the cycle in the order of locks that `schedule` shows together
   * with its evidence; if it has none, or is null, the order of locks is not judged.
   *
   * @param violation The cycle that is to be shown, if it is known.
   */
  prove(schedule: Schedule | null, violation: Violation | null): void {
    this.gathering = false;
    this.proof = schedule?.evidence ?? null;
    this.target = violation?.kind === 'lock-order' ? violationKey(violation) : null;
    this.closesAt = schedule === null ? 0 : scheduleLength(schedule);
  }

  /** At the end of an execution: a cycle that it closed and that was not reported, or null. */
  left(): Violation | null {
    return this.pending;
  }

  /**
   * Before an execution.
   *
   * @param run Runs a schedule with nobody else looking on.
   */
  prepare(run: (schedule: Schedule) => void): void {
    if (this.gathering) {
      this.executions++;
      this.present = this.ofSearch;
      return;
    }
    const { proof, ofProof } = this;
    this.pending = null;
    this.present = proof === null ? null : ofProof;
    if (proof === null) return;
    ofProof.forget();
    this.muted = true;
    for (const schedule of proof) if (scheduleLength(schedule) > 0) run(schedule);
    this.muted = false;
  }

  /** An execution begins. */
  begin(): void {
    this.present?.begin();
  }

  step(thread: KThread): void {
    this.present?.step(thread);
  }

  /** The running code is about to take a lock, waiting if it must. */
  lockWanted(thread: KThread, lock: Lock, lockClass: string): void {
    this.present?.lockWanted(thread, lock, lockClass);
  }

  /** The present schedule with its evidence. One that stands alone is marked as well, so that it is known for what it is. */
  private withEvidence(elsewhere: readonly Schedule[]): Schedule {
    const schedule = this.execution.schedule();
    return { ...schedule, evidence: elsewhere.length > 0 ? elsewhere : NO_EVIDENCE };
  }

  private closed(cycle: readonly LockEdge[]): void {
    if (this.muted) return;
    const order = this.present!;
    const violation = describeLockOrder(cycle, order.graph.writersOf(cycle));
    const key = violationKey(violation);
    if (!this.gathering) {
      const due = this.target === null ? this.execution.steps() >= this.closesAt : key === this.target;
      if (due) this.execution.report(violation);
      else if (this.target === null) this.pending = violation;
      return;
    }
    if (this.standing.some((each) => violationKey(each.violation) === key)) return;
    this.standing.push({
      violation,
      schedule: this.withEvidence(order.elsewhere(cycle)),
      outcome: { ...this.execution.outcome(), violation },
      execution: this.executions,
    });
  }
}
