import type { LockFact } from './detectors/lock-graph.js';
import type { Standing } from './detectors/lock-order-judge.js';
import type { SavedEndings } from './endings.js';
import type { Outcome } from './execution.js';
import type { ExploreResult, Phase, Stop } from './explore-result.js';
import type { SavedSamples } from './samples.js';
import type { Schedule } from './schedule.js';
import type { SavedDfs } from './strategies/depth-first.js';
import type { SavedSampler } from './strategies/sampler.js';

/** Something found, before it is shortened. @since 0.1.0 */
export interface Best {
  readonly key: string;
  outcome: Outcome;
  schedule: Schedule;
  occurrences: number;
  readonly firstExecution: number;
}

/** The counts of a search. @since 0.1.0 */
export interface Totals {
  executions: number;
  steps: number;
  longest: number;
  deepest: number;
  abandoned: number;
  sampled: number;
}

/** A search between two executions, as plain data. @since 0.1.0 */
export interface SavedSearch {
  readonly totals: Totals;
  /** The phase that runs, or null between two, and those that ran before. */
  readonly phase: Phase | null;
  readonly phases: readonly Phase[];
  readonly strategy: SavedDfs | SavedSampler | null;
  readonly deadline: number | null;
  readonly stop: Stop | null;
  readonly found: readonly Best[];
  readonly endings: SavedEndings;
  readonly samples: SavedSamples;
  /** What was seen so far; see {@link ExploreResult.digest}. */
  readonly digest: string;
  readonly milliseconds: number | null;
  /** What was seen of the order of locks, and the cycles in it. */
  readonly lockFacts: readonly LockFact[];
  readonly standing: readonly Standing[];
}

/** An exploration between two executions, as plain data: give it to `explore` as `resume`. @since 0.1.0 */
export interface SavedExploration {
  readonly format: 1;
  /** Digest of the program and the options that this belongs to. */
  readonly of: number;
  /** Results of the work units that are done. */
  readonly done: readonly ExploreResult[];
  /** The one that runs, or null between two. */
  readonly running: { readonly unit: number; readonly search: SavedSearch } | null;
}
