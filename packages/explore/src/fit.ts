import type { Executor } from './execution.js';
import { pointGone, type Misfit } from './misfit.js';
import type { Schedule } from './schedule.js';
import { Replay } from './strategies/replay.js';

/** A schedule made to fit a program as well as it can. */
export interface Fitted {
  readonly schedule: Schedule;
  readonly misfits: readonly Misfit[];
}

/**
 * Makes a schedule fit: a segment whose point does not come any more is counted instead, as many steps as it took when
 * the schedule was recorded. Each try is an execution; there are at most as many as segments.
 */
export function fit(executor: Executor, schedule: Schedule): Fitted {
  const lost = new Map<number, number>();
  let fitted = schedule;
  for (;;) {
    const replay = new Replay(fitted);
    replay.nextExecution();
    executor.run(replay);
    const index = replay.overran;
    if (index === null) {
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

function bySegment(a: Misfit, b: Misfit): number {
  return a.segment - b.segment;
}
