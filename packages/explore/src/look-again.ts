import type { Beacon } from './beacon.js';
import type { LockFact } from './detectors/lock-graph.js';
import { Executor, type Outcome, type Program } from './execution.js';
import { fit } from './fit.js';
import type { Misfit } from './misfit.js';
import type { Schedule } from './schedule.js';
import { Follow, type Decision } from './strategies/follow.js';
import { Naming } from './strategies/naming.js';
import { Replay } from './strategies/replay.js';
import type { Strategy } from './strategy.js';
import { TraceRecorder, type TraceEntry } from './trace.js';
import { underWatch } from './under-watch.js';
import { violationKey, type Violation } from './violation.js';

/** A failing schedule seen step by step. @since 0.1.0 */
export interface Counterexample {
  readonly violation: Violation;
  readonly trace: readonly TraceEntry[];
  /** What was done, with the points at which threads were left by name. */
  readonly schedule: Schedule;
  readonly steps: number;
}

/** What a replay of a schedule gave. @since 0.1.0 */
export interface ReplayResult {
  /** The violation that showed, or null if the schedule ran to its end. */
  readonly violation: Violation | null;
  readonly trace: readonly TraceEntry[];
  /** What was done, with the points at which threads were left by name. */
  readonly schedule: Schedule;
  readonly outcome: Outcome;
  /** Where the schedule does not fit the program, in its order; empty if it fits. */
  readonly misfits: readonly Misfit[];
}

/**
 * Runs one schedule with everything recorded: every step, where it was made, both sides of a race. Where the program has
 * changed since the schedule was recorded, it is followed as well as it can be, and the result says where it does not fit.
 *
 * @since 0.1.0
 */
export function replaySchedule(
  program: Program,
  schedule: Schedule,
  options: { maxSteps?: number; beacon?: Beacon } = {},
): ReplayResult {
  return underWatch(program, () => {
    const executor = new Executor(program, options.maxSteps ?? 5000, options.beacon ?? null);
    executor.lockOrder?.prove(schedule, null);
    const replay = new Replay(schedule);
    const look = record(program, executor, replay);
    const fits = replay.overran === null && (look.violation !== null || replay.shifted.length === 0);
    if (fits) return { ...look, misfits: replay.misfits };
    const { schedule: fitted, misfits } = fit(executor, schedule);
    return { ...watch(program, executor, fitted), misfits };
  });
}

/**
 * Runs one schedule with everything recorded, and gives what it shows of the use of locks: a part of a cycle that schedules of
 * other programs close.
 *
 * @since 0.1.0
 */
export function replayLocks(
  program: Program,
  schedule: Schedule,
  options: { beacon?: Beacon } = {},
): ReplayResult & { readonly lockFacts: readonly LockFact[] } {
  return underWatch(program, () => {
    const executor = new Executor(program, 5000, options.beacon ?? null);
    executor.lockOrder!.gathering = true;
    const replay = new Replay(schedule);
    const look = record(program, executor, replay);
    return { ...look, misfits: replay.misfits, lockFacts: executor.lockOrder!.facts };
  });
}

/**
 * Runs the decisions of an execution that was cut off, no further than they go, with everything recorded.
 *
 * @param guard Runs what it is given, and may leave it in the middle: the last decision of an execution that hung never
 *   comes back. The machine is of no use afterwards.
 * @returns The trace as far as it came, and the schedule in names; no outcome if the guard left.
 */
export function replayDecisions(
  program: Program,
  decisions: readonly Decision[],
  guard: (run: () => void) => void = (run) => run(),
): { trace: readonly TraceEntry[]; schedule: Schedule; outcome: Outcome | null } {
  const { machine } = program;
  return underWatch(program, () => {
    const executor = new Executor(program, decisions.length - 1);
    executor.fair = false;
    const strategy = new Naming(machine, new Follow(machine, decisions));
    const recorder = new TraceRecorder(machine);
    let outcome: Outcome | null = null;
    strategy.nextExecution();
    machine.captureSites = true;
    executor.tap = recorder;
    try {
      guard(() => {
        outcome = executor.run(strategy);
      });
    } finally {
      machine.captureSites = false;
    }
    const schedule = { ...executor.schedule(), segments: strategy.segments };
    return { trace: recorder.entries, schedule, outcome };
  });
}

/**
 * Replays a found schedule twice with everything recorded. A replay that differs from what was found, or from the
 * other replay, is a finding of its own: the program is not deterministic.
 */
export function lookAgain(
  program: Program,
  executor: Executor,
  schedule: Schedule,
  found: Outcome,
): Counterexample {
  const first = watch(program, executor, schedule);
  const second = watch(program, executor, schedule);
  const key = violationKey(found.violation!);
  const diverged = firstDifference(first.trace, second.trace);
  if (diverged === null && first.violation !== null && violationKey(first.violation) === key) {
    const { violation, trace, schedule: named } = first;
    return { violation, trace, schedule: named, steps: first.outcome.steps };
  }
  return {
    violation: nonDeterminism(found.violation!, first, second, diverged),
    trace: first.trace,
    schedule,
    steps: first.outcome.steps,
  };
}

/** What one look gave. */
interface Look {
  readonly violation: Violation | null;
  readonly trace: readonly TraceEntry[];
  /** What was done, with its switch points by name. */
  readonly schedule: Schedule;
  readonly outcome: Outcome;
}

function watch(program: Program, executor: Executor, schedule: Schedule): Look {
  return record(program, executor, new Replay(schedule));
}

function record(program: Program, executor: Executor, strategy: Strategy): Look {
  const { machine } = program;
  const recorder = new TraceRecorder(machine);
  const naming = new Naming(machine, strategy);
  naming.nextExecution();
  machine.captureSites = true;
  executor.tap = recorder;
  try {
    const outcome = executor.run(naming);
    const { violation } = outcome;
    if (violation !== null) recorder.violation(violation);
    const schedule = { ...executor.schedule(), segments: naming.segments };
    return { violation, outcome, schedule, trace: recorder.entries };
  } finally {
    machine.captureSites = false;
    executor.tap = null;
  }
}

function nonDeterminism(found: Violation, first: Look, second: Look, diverged: number | null): Violation {
  const at = diverged === null ? null : (first.trace[diverged] ?? second.trace[diverged] ?? null);
  const where =
    at === null ? 'after the last step' : `at step ${at.step}, where ${at.thread} does "${at.text}"`;
  return {
    kind: 'non-determinism',
    code: 'MP_NON_DETERMINISTIC',
    message: `the same schedule did not do the same twice: it diverges ${where}`,
    subject: found.scope ?? found.thread ?? '',
    thread: at?.thread ?? found.thread,
    scope: at?.scope ?? found.scope,
    party: at?.party ?? found.party,
    details: {
      here: at?.site,
      expected: found.message,
      received: first.violation?.message ?? second.violation?.message ?? 'no violation',
    },
    hint: 'keep state in shared() or machine words only, and take time and chance from the machine (now, random)',
  };
}

function firstDifference(a: readonly TraceEntry[], b: readonly TraceEntry[]): number | null {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a[i];
    const y = b[i];
    if (
      x === undefined ||
      y === undefined ||
      x.thread !== y.thread ||
      x.text !== y.text ||
      x.result !== y.result
    )
      return i;
  }
  return null;
}
