import {
  MachineError,
  OpKind,
  type KThread,
  type Lock,
  type Machine,
  type MachineObserver,
  type Scope,
} from '@movable-pages/machine';
import type { Beacon } from './beacon.js';
import { RaceDetector } from './detectors/race.js';
import { describePartial, describeStuck } from './detectors/deadlock.js';
import { describeLockOrder } from './detectors/describe-lock-order.js';
import type { LockEdge } from './detectors/lock-graph.js';
import { LockOrder } from './detectors/lock-order.js';
import { fairThread, tooLong, TurnWatch } from './detectors/livelock.js';
import { innermost } from './innermost.js';
import type { Monitor, ViolationSink } from './monitor.js';
import type { Choice, Schedule, Segment } from './schedule.js';
import { switchCost, type SchedulePoint, type Strategy } from './strategy.js';
import { Replay } from './strategies/replay.js';
import { violationKey, type Violation } from './violation.js';

/** What is explored: a sealed machine and whoever judges it. @since 0.1.0 */
export interface Program {
  readonly machine: Machine;
  readonly monitors: readonly Monitor[];
  /** Whether plain accesses are checked for races. Default true. */
  readonly races?: boolean;
  /** Whether the order of locks is judged over all executions. Default true. */
  readonly lockOrder?: boolean;
  /** Whether threads are kept from asking the host for time and chance. Default true. */
  readonly hostTraps?: boolean;
  /** Whether threads that wait for each other are reported at once, though others can run. Default true. */
  readonly partialDeadlocks?: boolean;
}

/** What is judged over all executions of a search, and the shortest way to it so far. @since 0.1.0 */
export interface Standing {
  readonly violation: Violation;
  /** The execution that completed it, up to there; its `evidence` is what other executions showed. */
  readonly schedule: Schedule;
  readonly outcome: Outcome;
  /** The execution that completed it, counted from 1. */
  readonly execution: number;
}

/** How one execution went. @since 0.1.0 */
export interface Outcome {
  readonly violation: Violation | null;
  readonly steps: number;
  readonly preemptions: number;
  readonly faults: number;
}

/**
 * Runs executions of one program, each as a strategy decides, with the detectors and monitors looking on.
 *
 * @since 0.1.0
 */
export class Executor implements MachineObserver, ViolationSink {
  private readonly machine: Machine;
  private readonly races: RaceDetector | null;
  private readonly monitors: readonly Monitor[];
  private readonly point: SchedulePoint;
  private violation: Violation | null = null;
  /** The decisions of the execution that ran last: thread ids, and answers as `-1 - answer`. */
  private readonly decisions: number[] = [];
  private readonly choices: Choice[] = [];
  private readonly asked = new Map<string, number>();
  /** Sees every step before the detectors do: a trace recorder. */
  tap: MachineObserver | null = null;
  private strategy: Strategy | null = null;
  private executions = 0;
  private preemptions = 0;
  private faults = 0;
  /**
   * A search sets this while it runs: what is judged over all executions gathers in {@link Executor.standing} and ends
   * none of them.
   */
  gathering = false;
  /** Cycles in the order of locks that a search has come to, one each. */
  readonly standing: Standing[] = [];
  /**
   * While nothing gathers: schedules that are run before each execution, so that the order of locks in them counts in it;
   * a cycle then ends the execution that closes it. Null: the order of locks is not judged.
   */
  evidence: readonly Schedule[] | null = null;
  /** Whether an execution at its limit takes as many steps again in turns, to tell an endless one from an unfair one. */
  fair = true;
  private readonly orderOfSearch: LockOrder | null;
  private readonly orderOfOne: LockOrder | null;
  private order: LockOrder | null = null;
  private gathersEvidence = false;
  private turns: TurnWatch | null = null;
  private readonly partial: boolean;

  constructor(
    program: Program,
    private readonly stepLimit: number,
    private readonly beacon: Beacon | null = null,
  ) {
    const order = program.lockOrder ?? true;
    const makeOrder = () =>
      order ? new LockOrder(program.machine, (cycle) => this.cycle(cycle), () => this.schedule()) : null;
    this.orderOfSearch = makeOrder();
    this.orderOfOne = makeOrder();
    this.partial = program.partialDeadlocks ?? true;
    this.machine = program.machine;
    this.monitors = program.monitors;
    this.races = (program.races ?? true) ? new RaceDetector(program.machine, this) : null;
    this.point = {
      machine: program.machine,
      enabled: new Int32Array(32),
      count: 0,
      enabledMask: 0,
      timeoutMask: 0,
      interruptMask: 0,
      last: -1,
      lastCanGoOn: false,
      lastYields: false,
    };
  }

  /** Runs one execution. The caller has asked {@link Strategy.nextExecution} and made the machine ambient. */
  run(strategy: Strategy): Outcome {
    if (this.gathering) this.order = this.orderOfSearch;
    else this.prepareProof();
    return this.execute(strategy);
  }

  /** Gathers the order of locks that other executions showed. */
  private prepareProof(): void {
    const { tap, evidence } = this;
    const order = (this.order = evidence === null ? null : this.orderOfOne);
    if (order === null || evidence === null) return;
    order.forget();
    if (evidence.length === 0) return;
    this.gathersEvidence = true;
    this.tap = null;
    for (const schedule of evidence) {
      const replay = new Replay(schedule);
      replay.nextExecution();
      this.execute(replay);
    }
    this.gathersEvidence = false;
    this.tap = tap;
    order.lookAgain();
  }

  private execute(strategy: Strategy): Outcome {
    this.strategy = strategy;
    this.executions++;
    const machine = this.machine;
    const point = this.point;
    machine.observer = this;
    machine.begin();
    this.races?.begin();
    this.order?.begin();
    this.turns = null;
    this.violation = null;
    this.decisions.length = 0;
    this.choices.length = 0;
    if (this.asked.size > 0) this.asked.clear();
    this.beacon?.begin();
    for (const monitor of this.monitors) monitor.begin(this);
    point.last = -1;
    this.preemptions = 0;
    this.faults = 0;
    while (this.violation === null) {
      this.look();
      if (point.count === 0 && machine.unrelax()) this.look();
      if (point.count === 0) {
        this.settleEnd();
        break;
      }
      if (this.turns !== null) {
        this.takeTurn(this.turns);
        continue;
      }
      const id = strategy.nextThread(point);
      this.preemptions += switchCost(point, id);
      const thread = machine.threads[id]!;
      const answer = thread.kind === OpKind.choose ? this.choose(strategy, thread) : 0;
      if (answer !== 0) this.faults++;
      this.decisions.push(id);
      this.beacon?.decide(id, answer);
      this.advance(thread, answer);
      if (machine.steps > this.stepLimit && this.violation === null) this.atLimit(thread);
    }
    strategy.ended?.();
    for (const monitor of this.monitors) monitor.end(this.violation === null ? 'complete' : 'violation');
    machine.observer = null;
    return this.outcome();
  }

  private advance(thread: KThread, answer: number): void {
    this.machine.step(thread, answer);
    this.point.last = thread.id;
    if (this.violation !== null) {
      if (this.violation.kind === 'race') this.violation = this.races?.completed() ?? this.violation;
      return;
    }
    if (thread.error !== undefined) this.report(thrown(thread));
    else if (this.partial) {
      const deadlock = describePartial(this.machine, thread);
      if (deadlock !== null) this.report(deadlock);
    }
  }

  /** The execution has taken all its steps: from here on all threads take turns, and the strategy is not asked. */
  private atLimit(thread: KThread): void {
    if (this.fair && this.stepLimit > 0) this.turns = new TurnWatch(this.machine, this.stepLimit, thread);
    else this.report(tooLong(thread, this.stepLimit, this.machine));
  }

  private takeTurn(turns: TurnWatch): void {
    if (turns.over) {
      this.report(turns.endless());
      return;
    }
    const thread = this.machine.threads[fairThread(this.point)]!;
    this.beacon?.decide(thread.id, 0);
    turns.step(thread);
    this.advance(thread, 0);
  }

  private outcome(): Outcome {
    const { violation, preemptions, faults } = this;
    return { violation, steps: this.machine.steps, preemptions, faults };
  }

  /** A cycle in the order of locks was closed. */
  private cycle(cycle: readonly LockEdge[]): void {
    if (this.gathersEvidence) return;
    const violation = describeLockOrder(cycle, this.order!.graph.writersOf(cycle));
    if (!this.gathering) {
      this.report(violation);
      return;
    }
    const key = violationKey(violation);
    if (this.standing.some((each) => violationKey(each.violation) === key)) return;
    const evidence = this.order!.elsewhere(cycle);
    this.standing.push({
      violation,
      schedule: { ...this.schedule(), evidence },
      outcome: { ...this.outcome(), violation },
      execution: this.executions,
    });
  }

  /** The schedule of the execution that ran last. */
  schedule(): Schedule {
    const segments: Segment[] = [];
    let run: { thread: string; steps: number } | null = null;
    for (const id of this.decisions) {
      const thread = this.machine.threads[id]!.name;
      if (run !== null && run.thread === thread) run.steps++;
      else segments.push((run = { thread, steps: 1 }));
    }
    const { evidence } = this;
    const known = this.gathering || evidence === null ? {} : { evidence };
    return { segments, choices: [...this.choices], ...known };
  }

  private look(): void {
    const { machine, point } = this;
    let count = 0;
    let enabled = 0;
    let timeouts = 0;
    let interrupts = 0;
    for (let i = 0; i < machine.threadCount; i++) {
      const thread = machine.threads[i]!;
      if (!machine.isEnabled(thread)) continue;
      point.enabled[count++] = i;
      enabled |= 1 << i;
      if (machine.wouldTimeOut(thread)) timeouts |= 1 << i;
      if (thread.interrupt && thread.kind === OpKind.start) interrupts |= 1 << i;
    }
    point.count = count;
    point.enabledMask = enabled;
    point.timeoutMask = timeouts;
    point.interruptMask = interrupts;
    const last = point.last;
    const canGoOn = last >= 0 && (enabled & ~timeouts & (1 << last)) !== 0;
    point.lastYields = canGoOn && machine.threads[last]!.kind === OpKind.yield;
    point.lastCanGoOn = canGoOn && !point.lastYields;
  }

  private choose(strategy: Strategy, thread: KThread): number {
    if (this.machine.refusedChoices.has(thread.label)) return 0;
    const key = `${thread.name} ${thread.label}`;
    const occurrence = this.asked.get(key) ?? 0;
    this.asked.set(key, occurrence + 1);
    const value = strategy.nextChoice(thread.label, thread.a, thread);
    if (value !== 0) this.choices.push({ name: thread.label, thread: thread.name, occurrence, value });
    return value;
  }

  private settleEnd(): void {
    const stuck = describeStuck(this.machine);
    if (stuck !== null) {
      this.report(stuck);
      return;
    }
    if (this.turns !== null) {
      this.report(this.turns.unfair(this.machine.steps));
      return;
    }
    for (const monitor of this.monitors) {
      monitor.quiesce(this);
      if (this.violation !== null) return;
    }
  }

  /** Records the first violation of the execution. */
  report(violation: Violation): void {
    this.violation ??= violation;
  }

  step(thread: KThread, result: unknown): void {
    if (this.turns === null) this.strategy!.stepped?.(thread, result);
    if (this.violation === null) this.tap?.step(thread, result);
    this.races?.step(thread, result);
    this.order?.step(thread);
    for (const monitor of this.monitors) monitor.step(thread, result);
  }

  access(thread: KThread, location: number, write: boolean): void {
    this.tap?.access(thread, location, write);
    this.races?.access(thread, location, write);
    for (const monitor of this.monitors) monitor.access(thread, location, write);
  }

  /** Hands the event on. */
  scopeEnter(thread: KThread, scope: Scope): void {
    this.beacon?.enter(scope.what);
    if (this.violation === null) this.tap?.scopeEnter(thread, scope);
    for (const monitor of this.monitors) monitor.scopeEnter(thread, scope);
  }

  /** Hands the event on. */
  scopeLeave(thread: KThread, scope: Scope): void {
    this.beacon?.enter(innermost(thread) ?? '');
    if (this.violation === null) this.tap?.scopeLeave(thread, scope);
    for (const monitor of this.monitors) monitor.scopeLeave(thread, scope);
  }

  /** Hands the event to the judge of lock orders. */
  lockWanted(thread: KThread, lock: Lock, lockClass: string): void {
    this.order?.lockWanted(thread, lock, lockClass);
  }

  reference(thread: KThread, location: number, party: string, delta: number, held: number): void {
    for (const monitor of this.monitors) monitor.reference(thread, location, party, delta, held);
  }

  misuse(error: MachineError, thread: KThread | null): void {
    for (const monitor of this.monitors) monitor.misuse(error, thread);
    this.report({
      kind: error.code === 'MP_NON_DETERMINISTIC' ? 'non-determinism' : 'misuse',
      code: error.code,
      message: error.message,
      subject: error.details.subject ?? '',
      thread: thread?.name ?? null,
      scope: thread === null ? null : innermost(thread),
      party: thread?.runningParty ?? null,
      details: error.details,
    });
  }
}

function thrown(thread: KThread): Violation {
  const error = thread.error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    kind: 'throw',
    code: error instanceof MachineError ? error.code : 'MP_THREW',
    message: `${innermost(thread) ?? thread.name} threw ${text}`,
    subject: `${innermost(thread) ?? thread.name} ${text}`,
    thread: thread.name,
    scope: innermost(thread),
    party: thread.runningParty,
    details: {
      here: error instanceof Error ? error.stack : undefined,
      expected: 'an ordinary return',
      received: text,
    },
  };
}
