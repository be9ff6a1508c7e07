/**
 * Runs a program of the simulated machine under many schedules and judges each: search strategies, detectors, replay
 * and shortest counterexamples. It knows nothing about pages.
 *
 * @packageDocumentation
 */
export { Beacon } from './beacon.js';
export { describeEndings, type Ending, type SavedEnding, type SavedEndings } from './endings.js';
export { Executor, type Outcome, type Program } from './execution.js';
export type { Cost } from './compare.js';
export { explore } from './explore.js';
export type { ExploreOptions, Progress, SearchKind } from './explore-options.js';
export type { ExploreResult, Found, Phase, Stop } from './explore-result.js';
export { judgeLockOrder } from './judge-lock-order.js';
export { describeLockOrder } from './detectors/describe-lock-order.js';
export { LockGraph, type LockEdge, type LockFact, type LockUse } from './detectors/lock-graph.js';
export type { Standing } from './detectors/lock-order-judge.js';
export {
  replayDecisions,
  replayLocks,
  replaySchedule,
  type Counterexample,
  type ReplayResult,
} from './look-again.js';
export type { Misfit, MisfitKind } from './misfit.js';
export { mergeResults } from './merge-results.js';
export { Monitor, type ExecutionEnd, type ViolationSink } from './monitor.js';
export type { SavedSample, SavedSamples } from './samples.js';
export type { Best, SavedExploration, SavedSearch, Totals } from './saved.js';
export {
  DEFAULT_SCHEDULE,
  scheduleLength,
  type Choice,
  type Schedule,
  type Segment,
  type SwitchPoint,
} from './schedule.js';
export type { Shortening } from './shorten.js';
export { BoundedDfs } from './strategies/bounded-dfs.js';
export { DepthFirst, type DfsBounds, type DecisionNode, type SavedDfs } from './strategies/depth-first.js';
export { Dpor } from './strategies/dpor.js';
export { Follow, type Decision } from './strategies/follow.js';
export { Metered } from './strategies/metered.js';
export { Pct } from './strategies/pct.js';
export { RandomWalk } from './strategies/random-walk.js';
export { ReducedDfs } from './strategies/reduced-dfs.js';
export { Replay } from './strategies/replay.js';
export { ABANDON, switchCost, type SchedulePoint, type Strategy } from './strategy.js';
export { renderColumns, type ColumnsOptions, type Paint } from './text/columns.js';
export { counted, grouped } from './text/counting.js';
export { operationWords } from './text/operation-words.js';
export { renderCounterexample, type TextOptions } from './text/render-counterexample.js';
export { scheduleWords } from './text/schedule-words.js';
export { sourceLine } from './text/source-line.js';
export { padEnd, padStart, textWidth } from './text/text-width.js';
export { traceToJson, TRACE_SCHEMA, type JsonTrace, type JsonTraceEntry } from './text/trace-to-json.js';
export { wrap, wrapIndented, wrapLabelled } from './text/wrap.js';
export { packToken, unpackToken, type TokenPayload } from './token/token.js';
export { TokenError, type TokenErrorCode } from './token/token-error.js';
export { Sampler, type SavedSampler } from './strategies/sampler.js';
export { TraceRecorder, type TraceEntry } from './trace.js';
export { violationKey, type LockOrderStep, type Violation, type ViolationKind } from './violation.js';
export type { UnitDecision, WorkUnit } from './work-unit.js';
