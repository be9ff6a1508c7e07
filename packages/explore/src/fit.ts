import type { Executor } from './execution.js';
import { pointGone, pointMoved, type Misfit } from './misfit.js';
import type { Schedule } from './schedule.js';
import { Replay } from './strategies/replay.js';

/** How many more times of an operation a thread may have done when it is at the point that was meant. */
const NEAR = 3;

/** A schedule made to fit a program as well as it can. */
export interface Fitted {
  readonly schedule: Schedule;
  readonly misfits: readonly Misfit[];
}

/**
 * Makes a schedule fit. A segment whose point does not come any more is counted instead, as many steps as it took when the
 * schedule was recorded. If nothing goes wrong then, and a thread came to its point after another number of steps, the
 * next operations of that name are tried as well: one more of them may have come before. Each try is an execution; there
 * are at most four times as many as segments.
 */
export function fit(executor: Executor, schedule: Schedule): Fitted {
  const lost = new Map<number, number>();
  let fitted = schedule;
  for (;;) {
    const { replay, fails } = run(executor, fitted);
    const index = replay.overran;
    if (index === null) {
      const near = fails ? null : nearby(executor, fitted, replay.shifted);
      if (near !== null) return near;
      const gone = [...lost].map(([at, done]) =>
        pointGone(at, schedule.segments[at]!, done, replay.leftAt.get(at) ?? null),
      );
      return { schedule: fitted, misfits: [...gone, ...replay.misfits].sort(bySegment) };
    }
    const { until, ...counted } = fitted.segments[index]!;
    lost.set(index, typeof until === 'object' ? replay.countOf(counted.thread, until.operation) : 0);
    fitted = { ...fitted, segments: fitted.segments.with(index, counted) };
  }
}

/** The schedule with one point a little later, if something goes wrong then. */
function nearby(executor: Executor, schedule: Schedule, shifted: readonly number[]): Fitted | null {
  for (const index of shifted) {
    const segment = schedule.segments[index]!;
    if (typeof segment.until !== 'object') continue;
    const { operation, occurrence } = segment.until;
    for (let more = 1; more <= NEAR; more++) {
      const until = { operation, occurrence: occurrence + more };
      const moved = { ...schedule, segments: schedule.segments.with(index, { ...segment, until }) };
      const { replay, fails } = run(executor, moved);
      if (replay.overran !== null) break;
      if (fails) {
        const misfits = [pointMoved(index, segment, until.occurrence), ...replay.misfits];
        return { schedule: moved, misfits: misfits.sort(bySegment) };
      }
    }
  }
  return null;
}

function run(executor: Executor, schedule: Schedule): { replay: Replay; fails: boolean } {
  const replay = new Replay(schedule);
  replay.nextExecution();
  return { replay, fails: executor.run(replay).violation !== null };
}

function bySegment(a: Misfit, b: Misfit): number {
  return a.segment - b.segment;
}
