import {
  MachineError,
  OpKind,
  type KThread,
  type Machine,
  type MachineObserver,
  type Scope,
} from '@movable-pages/machine';
import type { Beacon } from './beacon.js';
import { RaceDetector } from './detectors/race.js';
import { describeStuck } from './detectors/deadlock.js';
import { innermost } from './innermost.js';
import type { Monitor, ViolationSink } from './monitor.js';
import type { Choice, Schedule, Segment } from './schedule.js';
import { switchCost, type SchedulePoint, type Strategy } from './strategy.js';
import type { Violation } from './violation.js';

/** What is explored: a sealed machine and whoever judges it. @since 0.1.0 */
export interface Program {
  readonly machine: Machine;
  readonly monitors: readonly Monitor[];
  /** Whether plain accesses are checked for races. Default true. */
  readonly races?: boolean;
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

  constructor(
    program: Program,
    private readonly stepLimit: number,
    private readonly beacon: Beacon | null = null,
  ) {
    this.machine = program.machine;
    this.monitors = program.monitors;
    this.races = (program.races ?? true) ? new RaceDetector(program.machine, this) : null;
    this.point = {
      machine: program.machine,
      enabled: new Int32Array(32),
      count: 0,
      enabledMask: 0,
      timeoutMask: 0,
      last: -1,
      lastCanGoOn: false,
      lastYields: false,
    };
  }

  /** Runs one execution. The caller has asked {@link Strategy.nextExecution} and made the machine ambient. */
  run(strategy: Strategy): Outcome {
    this.strategy = strategy;
    const machine = this.machine;
    const point = this.point;
    machine.observer = this;
    machine.begin();
    this.races?.begin();
    this.violation = null;
    this.decisions.length = 0;
    this.choices.length = 0;
    if (this.asked.size > 0) this.asked.clear();
    this.beacon?.begin();
    for (const monitor of this.monitors) monitor.begin(this);
    point.last = -1;
    let preemptions = 0;
    let faults = 0;
    while (this.violation === null) {
      this.look();
      if (point.count === 0 && machine.unrelax()) this.look();
      if (point.count === 0) {
        this.settleEnd();
        break;
      }
      const id = strategy.nextThread(point);
      preemptions += switchCost(point, id);
      const thread = machine.threads[id]!;
      const answer = thread.kind === OpKind.choose ? this.choose(strategy, thread) : 0;
      if (answer !== 0) faults++;
      this.decisions.push(id);
      this.beacon?.decide(id, answer);
      machine.step(thread, answer);
      point.last = id;
      if (thread.error !== undefined && this.violation === null) this.report(thrown(thread));
      if (machine.steps > this.stepLimit && this.violation === null) this.report(this.tooLong(thread));
    }
    strategy.ended?.();
    for (const monitor of this.monitors) monitor.end(this.violation === null ? 'complete' : 'violation');
    machine.observer = null;
    return { violation: this.violation, steps: machine.steps, preemptions, faults };
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
    return { segments, choices: [...this.choices] };
  }

  private look(): void {
    const { machine, point } = this;
    let count = 0;
    let enabled = 0;
    let timeouts = 0;
    for (let i = 0; i < machine.threadCount; i++) {
      const thread = machine.threads[i]!;
      if (!machine.isEnabled(thread)) continue;
      point.enabled[count++] = i;
      enabled |= 1 << i;
      if (machine.wouldTimeOut(thread)) timeouts |= 1 << i;
    }
    point.count = count;
    point.enabledMask = enabled;
    point.timeoutMask = timeouts;
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
    for (const monitor of this.monitors) {
      monitor.quiesce(this);
      if (this.violation !== null) return;
    }
  }

  private tooLong(thread: KThread): Violation {
    return {
      kind: 'step-limit',
      code: 'MP_STEP_LIMIT',
      message: `the execution took ${this.stepLimit} steps without ending; ${thread.name} was last, in ${this.machine.describeOp(thread)}`,
      subject: thread.name,
      thread: thread.name,
      scope: innermost(thread),
      party: thread.runningParty,
      details: { here: thread.site, expected: `an end within ${this.stepLimit} steps`, received: 'no end' },
      hint: 'a loop that retries must have a bound or wait for a wake-up',
    };
  }

  /** Records the first violation of the execution. */
  report(violation: Violation): void {
    this.violation ??= violation;
  }

  step(thread: KThread, result: unknown): void {
    this.strategy!.stepped?.(thread, result);
    if (this.violation === null) this.tap?.step(thread, result);
    this.races?.step(thread, result);
    for (const monitor of this.monitors) monitor.step(thread, result);
  }

  access(thread: KThread, location: number, write: boolean): void {
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

  reference(thread: KThread, location: number, party: string, delta: number, held: number): void {
    for (const monitor of this.monitors) monitor.reference(thread, location, party, delta, held);
  }

  misuse(error: MachineError, thread: KThread | null): void {
    for (const monitor of this.monitors) monitor.misuse(error, thread);
    this.report({
      kind: 'misuse',
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
