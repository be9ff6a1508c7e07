/**
 * Runs a program of the simulated machine under many schedules and judges each: search strategies, detectors, replay
 * and shortest counterexamples. It knows nothing about pages.
 *
 * @packageDocumentation
 */
export { Beacon } from './beacon.js';
export { Executor, type Outcome, type Program } from './execution.js';
export {
  explore,
  type ExploreOptions,
  type ExploreResult,
  type Found,
  type Progress,
  type Stop,
} from './explore.js';
export { replayDecisions, replaySchedule, type Counterexample, type ReplayResult } from './look-again.js';
export { Monitor, type Ending, type ViolationSink } from './monitor.js';
export { DEFAULT_SCHEDULE, scheduleLength, type Choice, type Schedule, type Segment } from './schedule.js';
export { BoundedDfs } from './strategies/bounded-dfs.js';
export { DepthFirst, type DfsBounds, type DecisionNode } from './strategies/depth-first.js';
export { Follow, type Decision } from './strategies/follow.js';
export { RandomWalk } from './strategies/random-walk.js';
export { ReducedDfs } from './strategies/reduced-dfs.js';
export { Replay } from './strategies/replay.js';
export { switchCost, type SchedulePoint, type Strategy } from './strategy.js';
export { TraceRecorder, type TraceEntry } from './trace.js';
export { violationKey, type Violation, type ViolationKind } from './violation.js';
