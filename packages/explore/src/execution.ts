import {
  blockedThreads,
  hasGivenWay,
  OpKind,
  Readiness,
  withAmbient,
  type KThread,
  type Lock,
  type Machine,
  type MachineError,
  type MachineObserver,
  type Scope,
} from '@movable-pages/machine';
import type { Beacon } from './beacon.js';
import { DecisionLog } from './decision-log.js';
import { RaceDetector } from './detectors/race.js';
import { describePartial, describeStuck } from './detectors/deadlock.js';
import { fairThread, tooLong, TurnWatch } from './detectors/livelock.js';
import { describeLeaks } from './detectors/leaks.js';
import { LockOrderJudge } from './detectors/lock-order-judge.js';
import { ReferenceWatch } from './detectors/references.js';
import { diverged, misused, thrown } from './faults.js';
import { Footprint } from './footprint.js';
import { innermost } from './innermost.js';
import type { Monitor, ViolationSink } from './monitor.js';
import type { Choice, Schedule, Segment } from './schedule.js';
import { ABANDON, newPoint, switchCost, type SchedulePoint, type Strategy } from './strategy.js';
import { Follow, type Decision } from './strategies/follow.js';
import { Prefix } from './strategies/prefix.js';
import type { Outcome } from './outcome.js';
import type { Program } from './program.js';
import { VainTurns } from './vain-turns.js';
import type { Violation } from './violation.js';

/** Times in a row that a thread may give way and go on all the same while another could step. */
const PATIENCE = 8;

export type { Outcome } from './outcome.js';
export type { Program } from './program.js';

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
  private readonly vainTurns = new VainTurns();
  /** A thread that had given way in vain too often was kept from going on, in some execution. */
  unfair = false;
  private readonly decisions = new DecisionLog();
  /** @internal What the execution did: compared with the one before as far as both decide the same. */
  readonly footprint = new Footprint();
  private readonly choices: Choice[] = [];
  private readonly asked = new Map<string, number>();
  /** Sees every step before the detectors do: a trace recorder. */
  tap: MachineObserver | null = null;
  private strategy: Strategy | null = null;
  /** The strategy wants to be told of steps. */
  private strategyListens = false;
  private preemptions = 0;
  private faults = 0;
  /** @internal Judges the order of locks, if the program does not say otherwise. */
  readonly lockOrder: LockOrderJudge | null;
  /** Whether an execution at its limit takes as many steps again in turns, to tell an endless one from an unfair one. */
  fair = true;
  private turns: TurnWatch | null = null;
  private readonly partial: boolean;
  private readonly leaks: boolean;
  private readonly references: ReferenceWatch | null;
  /** Some thread is an interrupt handler, or may be in another program that is judged with this one. */
  private readonly interrupts: boolean;

  constructor(
    program: Program,
    private readonly stepLimit: number,
    private readonly beacon: Beacon | null = null,
    preemptive = true,
  ) {
    this.machine = program.machine;
    this.monitors = program.monitors;
    this.partial = program.partialDeadlocks ?? true;
    this.leaks = program.leaks ?? false;
    this.references = program.references === true ? new ReferenceWatch(program.machine, this) : null;
    this.interrupts = program.interrupts ?? program.machine.threads.some((thread) => thread.interrupt);
    this.lockOrder =
      (program.lockOrder ?? true)
        ? new LockOrderJudge(program.machine, {
            interrupts: this.interrupts,
            schedule: () => this.schedule(),
            outcome: () => this.outcome(false),
            steps: () => this.machine.steps,
            report: (violation) => this.report(violation),
          })
        : null;
    this.races = (program.races ?? true) ? new RaceDetector(program.machine, this) : null;
    this.point = newPoint(program.machine);
    this.point.freeInterrupts = !preemptive;
  }

  /** Runs one execution. The caller has asked {@link Strategy.nextExecution} and made the machine ambient. */
  run(strategy: Strategy): Outcome {
    this.lockOrder?.prepare(this.runEvidence);
    return this.execute(strategy);
  }

  private readonly runEvidence = (schedule: Schedule): void => {
    const { tap } = this;
    this.tap = null;
    const prefix = new Prefix(schedule);
    prefix.nextExecution();
    this.execute(prefix);
    this.footprint.forget();
    this.tap = tap;
  };

  private execute(strategy: Strategy): Outcome {
    this.strategy = strategy;
    this.strategyListens = strategy.stepped !== undefined;
    const machine = this.machine;
    const point = this.point;
    machine.observer = this;
    machine.begin();
    this.races?.begin();
    this.lockOrder?.begin();
    this.references?.begin();
    this.turns = null;
    this.violation = null;
    this.footprint.begin();
    this.decisions.begin();
    this.vainTurns.begin();
    this.choices.length = 0;
    if (this.asked.size > 0) this.asked.clear();
    this.beacon?.begin();
    for (const monitor of this.monitors) monitor.begin(this);
    point.last = -1;
    this.preemptions = 0;
    this.faults = 0;
    let abandoned = false;
    while (this.violation === null) {
      this.look();
      if (this.lastWaitsForItself()) break;
      if (point.count === 0 && this.vainTurns.allow(machine)) this.look();
      if (point.count === 0) {
        this.settleEnd();
        break;
      }
      if (this.turns !== null) {
        if (this.takeTurn(this.turns)) continue;
        break;
      }
      const id = strategy.nextThread(point);
      if (id === ABANDON) {
        abandoned = true;
        break;
      }
      if ((point.enabledMask & (1 << id)) === 0) {
        this.report(
          diverged(machine, machine.threads[id]!, 'could step here in an earlier execution and cannot now'),
        );
        break;
      }
      this.preemptions += switchCost(point, id);
      const thread = machine.threads[id]!;
      const answer = thread.kind === OpKind.choose ? this.choose(strategy, thread) : 0;
      if (answer !== 0) this.faults++;
      if (!this.decisions.add(id, answer)) this.footprint.diverts();
      this.footprint.choices(point.enabledMask);
      this.beacon?.decide(id, answer);
      this.advance(thread, answer);
      if (machine.steps > this.stepLimit && this.violation === null) this.atLimit(thread);
    }
    strategy.ended?.();
    const end = abandoned ? 'abandoned' : this.violation === null ? 'complete' : 'violation';
    for (const monitor of this.monitors) monitor.end(end);
    machine.observer = null;
    return this.outcome(abandoned);
  }

  private outcome(abandoned: boolean): Outcome {
    const { violation, preemptions, faults } = this;
    return { violation, steps: this.machine.steps, preemptions, faults, abandoned };
  }

  private advance(thread: KThread, answer: number): void {
    this.machine.step(thread, answer);
    // Where a handler has ended, whom it interrupted goes on.
    this.point.last = thread.finished && thread.interrupt ? (thread.interrupts?.id ?? thread.id) : thread.id;
    if (this.violation !== null) {
      if (this.violation.kind === 'race') this.violation = this.races?.completed() ?? this.violation;
      return;
    }
    if (thread.error !== undefined) this.report(thrown(thread));
    else if (this.machine.deferred !== null) this.misuse(this.machine.deferred, thread);
  }

  /** Whether the thread that stepped last has come to wait for itself, over others. */
  private lastWaitsForItself(): boolean {
    const { machine, point } = this;
    if (!this.partial || point.last < 0 || (point.enabledMask & (1 << point.last)) !== 0) return false;
    if (machine.threads[point.last]!.finished) return false;
    const deadlock = describePartial(machine, machine.threads[point.last]!);
    if (deadlock !== null) this.report(deadlock);
    return deadlock !== null;
  }

  /** The execution has taken all its steps: from here on all threads take turns, and the strategy is not asked. */
  private atLimit(thread: KThread): void {
    if (this.fair && this.stepLimit > 0) this.turns = new TurnWatch(this.machine, this.stepLimit, thread);
    else this.report(tooLong(thread, this.stepLimit, this.machine));
  }

  /** Gives whether the execution goes on. */
  private takeTurn(turns: TurnWatch): boolean {
    if (turns.over) {
      this.judgeEndless(turns);
      return false;
    }
    const thread = this.machine.threads[fairThread(this.point)]!;
    this.beacon?.decide(thread.id, 0);
    turns.step(thread);
    this.advance(thread, 0);
    return true;
  }

  /** A daemon may run for ever; it is the others who must come to their end. */
  private judgeEndless(turns: TurnWatch): void {
    const left = blockedThreads(this.machine);
    if (left.some((thread) => this.machine.isEnabled(thread))) {
      this.report(turns.endless());
      return;
    }
    this.turns = null;
    this.settleEnd();
  }

  /** The decisions of the execution that ran last, by number: for {@link Follow} on a program built the same way. */
  lastDecisions(): Decision[] {
    return this.decisions.list();
  }

  /** Runs given decisions once more; gives the footprint of each step. */
  runAgain(decisions: readonly Decision[]): Int32Array {
    const follow = new Follow(this.machine, decisions);
    follow.nextExecution();
    this.footprint.forget();
    withAmbient(this.machine, () => this.run(follow));
    return this.footprint.steps();
  }

  /** The schedule of the execution that ran last. */
  schedule(): Schedule {
    const segments: Segment[] = [];
    let run: { thread: string; steps: number } | null = null;
    for (let at = 0; at < this.decisions.length; at++) {
      const thread = this.machine.threads[this.decisions.thread(at)]!.name;
      if (run !== null && run.thread === thread) run.steps++;
      else segments.push((run = { thread, steps: 1 }));
    }
    const evidence = this.lockOrder?.evidence ?? null;
    return { segments, choices: [...this.choices], ...(evidence === null ? {} : { evidence }) };
  }

  private look(): void {
    const { machine, point } = this;
    let count = 0;
    let enabled = 0;
    let timeouts = 0;
    let interrupts = 0;
    let heldBack = false;
    let givenWay = 0;
    for (let i = 0; i < machine.threadCount; i++) {
      const thread = machine.threads[i]!;
      const ready = machine.readiness(thread);
      if (ready === Readiness.no) {
        if (thread.interrupt && machine.isHeldBack(thread)) heldBack = true;
        continue;
      }
      point.enabled[count++] = i;
      enabled |= 1 << i;
      if (ready === Readiness.timesOut) timeouts |= 1 << i;
      if (thread.interrupt && thread.kind === OpKind.start) interrupts |= 1 << i;
      if (thread.yieldsInVain >= PATIENCE && hasGivenWay(thread, PATIENCE, machine.steps)) givenWay |= 1 << i;
    }
    if (givenWay !== 0 && (enabled & ~timeouts & ~givenWay) !== 0) {
      this.unfair = true;
      enabled &= ~givenWay;
      count = 0;
      for (let i = 0; i < machine.threadCount; i++)
        if ((enabled & (1 << i)) !== 0) point.enabled[count++] = i;
    }
    point.count = count;
    point.enabledMask = enabled;
    point.timeoutMask = timeouts;
    point.interruptMask = interrupts;
    point.interruptHeldBack = heldBack;
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
    const left =
      this.lockOrder?.left() ??
      this.references?.quiesce() ??
      (this.leaks ? describeLeaks(this.machine) : null);
    if (left !== null) this.report(left);
  }

  /** Records the first violation of the execution. */
  report(violation: Violation): void {
    this.violation ??= violation;
  }

  step(thread: KThread, result: unknown): void {
    // In turns nothing is decided, and nobody comes back to it.
    if (this.turns === null) {
      if (!this.footprint.step(thread, result)) {
        const what = this.machine.describeOp(thread);
        this.report(
          diverged(this.machine, thread, `did or saw something else in ${what} than in an earlier execution`),
        );
      }
      if (this.strategyListens) this.strategy!.stepped!(thread, result);
    }
    if (this.tap !== null && this.violation === null) this.tap.step(thread, result);
    if (this.races !== null) this.races.step(thread, result);
    if (this.interrupts) this.lockOrder?.step(thread);
    for (let i = 0; i < this.monitors.length; i++) this.monitors[i]!.step(thread, result);
  }

  access(thread: KThread, location: number, write: boolean): void {
    this.footprint.access(location, write);
    this.tap?.access(thread, location, write);
    this.races?.access(thread, location, write);
    for (const monitor of this.monitors) monitor.access(thread, location, write);
  }

  publish(thread: KThread, location: number): void {
    this.races?.publish(thread, location);
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
    this.lockOrder?.lockWanted(thread, lock, lockClass);
  }

  reference(thread: KThread, location: number, party: string, delta: number, held: number): void {
    this.references?.reference(thread, location, party, delta, held);
    for (const monitor of this.monitors) monitor.reference(thread, location, party, delta, held);
  }

  misuse(error: MachineError, thread: KThread | null): void {
    for (const monitor of this.monitors) monitor.misuse(error, thread);
    this.report(misused(error, thread));
  }
}
