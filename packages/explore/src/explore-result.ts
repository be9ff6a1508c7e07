import type { LockFact } from './detectors/lock-graph.js';
import type { SavedEndings } from './endings.js';
import type { Counterexample } from './look-again.js';
import type { SavedExploration } from './saved.js';
import type { Schedule } from './schedule.js';
import type { Shortening } from './shorten.js';
import type { Violation } from './violation.js';

/** Something found, with its shortest known witness. @since 0.1.0 */
export interface Found {
  readonly violation: Violation;
  readonly schedule: Schedule;
  readonly steps: number;
  readonly preemptions: number;
  readonly faults: number;
  /** Executions in which it showed. */
  readonly occurrences: number;
  /** The execution of its work unit that showed it first, counted from 1. */
  readonly firstExecution: number;
  readonly counterexample: Counterexample;
  /** What was done for a shorter witness; null if there was nothing to shorten or it was switched off. */
  readonly shortening: Shortening | null;
}

/**
 * Why a search ended: all there is was seen, the bound was, something was found, or one of the budgets (executions, steps,
 * time) ended, or somebody ended it.
 *
 * @since 0.1.0
 */
export type Stop = 'exhausted' | 'bound' | 'violation' | 'executions' | 'steps' | 'time' | 'interrupted';

/** One part of a search. @since 0.1.0 */
export interface Phase {
  readonly search: 'exhaustive' | 'bounded' | 'pct' | 'random';
  /** The preemption bound, or null if there is none. */
  readonly preemptions: number | null;
  /** Whether it came to its end. */
  readonly complete: boolean;
  /** Whether a bound cut something off. */
  readonly cut: boolean;
  readonly executions: number;
  /** Of these, executions that were given up half-way because all they could still do had been seen. */
  readonly abandoned: number;
}

/** What a search found and what it covered. Plain data. @since 0.1.0 */
export interface ExploreResult {
  readonly found: readonly Found[];
  readonly executions: number;
  readonly steps: number;
  /** The deepest preemption bound that was searched to its end; -1 if not even 0 was. */
  readonly completedPreemptions: number;
  /** No bound of preemptions cut anything off. */
  readonly unbounded: boolean;
  /** All schedules there are were seen: no bound of preemptions or faults cut anything off. */
  readonly exhausted: boolean;
  /** Steps of the longest execution. */
  readonly longest: number;
  /** Most preemptions in one execution. */
  readonly deepest: number;
  readonly stop: Stop;
  /** Executions given up half-way because all they could still do had been seen. */
  readonly abandoned: number;
  readonly sampled: number;
  readonly faults: number;
  readonly phases: readonly Phase[];
  /** In how many ways executions ended; see {@link describeEndings}. */
  readonly endings: SavedEndings;
  /**
   * What all executions did, in sixteen hexadecimal digits: the same program, searched in the same way, gives the same, and
   * nobody knows it without running them.
   */
  readonly digest: string;
  /** By the clock, if there was one. */
  readonly milliseconds: number | null;
  /** Work units that were searched, and how many there are. */
  readonly units: { readonly done: readonly number[]; readonly of: number };
  /** What was seen of the order of locks, for judging it over several work units or programs. */
  readonly lockFacts: readonly LockFact[];
  /** What is needed to go on, if the search was interrupted. */
  readonly saved: SavedExploration | null;
}
