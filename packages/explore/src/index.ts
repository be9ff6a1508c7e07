/**
 * Runs a program of the simulated machine under many schedules and judges each: search strategies, detectors, replay
 * and shortest counterexamples. It knows nothing about pages.
 *
 * @packageDocumentation
 */
export { Beacon } from './beacon.js';
export { describeEndings, type Ending, type SavedEndings } from './endings.js';
export { Executor, type Outcome, type Program } from './execution.js';
export { explore } from './explore.js';
export type { ExploreOptions, Progress, SearchKind } from './explore-options.js';
export type { ExploreResult, Found, Phase, Stop } from './explore-result.js';
export { judgeLockOrder } from './judge-lock-order.js';
export { LockGraph, type LockEdge, type LockFact, type LockUse } from './detectors/lock-graph.js';
export type { Standing } from './detectors/lock-order-judge.js';
export { replayDecisions, replaySchedule, type Counterexample, type ReplayResult } from './look-again.js';
export { mergeResults } from './merge-results.js';
export { Monitor, type ExecutionEnd, type ViolationSink } from './monitor.js';
export type { SavedExploration, SavedSearch } from './saved.js';
export { DEFAULT_SCHEDULE, scheduleLength, type Choice, type Schedule, type Segment } from './schedule.js';
export { BoundedDfs } from './strategies/bounded-dfs.js';
export { DepthFirst, type DfsBounds, type DecisionNode, type SavedDfs } from './strategies/depth-first.js';
export { Dpor } from './strategies/dpor.js';
export { Follow, type Decision } from './strategies/follow.js';
export { Pct } from './strategies/pct.js';
export { RandomWalk } from './strategies/random-walk.js';
export { ReducedDfs } from './strategies/reduced-dfs.js';
export { Replay } from './strategies/replay.js';
export { Sampler, type SavedSampler } from './strategies/sampler.js';
export { ABANDON, switchCost, type SchedulePoint, type Strategy } from './strategy.js';
export { TraceRecorder, type TraceEntry } from './trace.js';
export { violationKey, type LockOrderStep, type Violation, type ViolationKind } from './violation.js';
export type { UnitDecision, WorkUnit } from './work-unit.js';
