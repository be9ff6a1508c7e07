import { isShorter } from './compare.js';
import type { Executor, Outcome } from './execution.js';
import type { Schedule, Segment } from './schedule.js';
import { Replay } from './strategies/replay.js';
import { violationKey } from './violation.js';

/** Replays that shortening may spend. */
const ATTEMPTS = 400;

/** A schedule and what it does. @since 0.1.0 */
export interface Witness {
  readonly schedule: Schedule;
  readonly outcome: Outcome;
}

/**
 * Makes a failing schedule shorter without losing its violation: drops choices, then stretches of threads that do not
 * matter, then single steps at the ends of stretches, as long as anything helps. Every try is a real execution.
 *
 * @since 0.1.0
 */
export function shorten(executor: Executor, schedule: Schedule, outcome: Outcome): Witness {
  const key = violationKey(outcome.violation!);
  let best: Witness = { schedule, outcome };
  let attempts = 0;
  const tryOut = (candidate: Schedule): boolean => {
    if (attempts++ >= ATTEMPTS) return false;
    const replay = new Replay(candidate);
    replay.nextExecution();
    const result = executor.run(replay);
    if (
      result.violation === null ||
      violationKey(result.violation) !== key ||
      !isShorter(result, best.outcome)
    )
      return false;
    best = { schedule: executor.schedule(), outcome: result };
    return true;
  };
  const improve = (): boolean => {
    for (const candidate of smaller(best.schedule)) if (tryOut(candidate)) return true;
    return false;
  };
  while (improve());
  return best;
}

/** Schedules with a little less in them, the boldest first. */
function* smaller(schedule: Schedule): Generator<Schedule> {
  const { segments, choices } = schedule;
  for (let i = 0; i < choices.length; i++) yield { segments, choices: choices.toSpliced(i, 1) };
  for (let i = 0; i < segments.length - 1; i++) yield { segments: merged(segments.toSpliced(i, 1)), choices };
  for (let i = 0; i + 1 < segments.length; i++) {
    const segment = segments[i]!;
    if (segment.steps > 1)
      yield { segments: segments.with(i, { ...segment, steps: segment.steps >> 1 }), choices };
    if (segment.steps > 2)
      yield { segments: segments.with(i, { ...segment, steps: segment.steps - 1 }), choices };
  }
}

function merged(segments: readonly Segment[]): Segment[] {
  const out: Segment[] = [];
  for (const segment of segments) {
    const last = out[out.length - 1];
    if (last?.thread === segment.thread)
      out[out.length - 1] = { thread: last.thread, steps: last.steps + segment.steps };
    else out.push(segment);
  }
  return out;
}
