import type { Beacon } from './beacon.js';
import type { Program } from './execution.js';
import type { SavedExploration } from './saved.js';

/**
 * How a program is searched.
 *
 * - `auto`: all schedules of a kind each, with half of the budget; if that does not suffice, `bounded`.
 * - `exhaustive`: one schedule of each kind, whatever preemptions it takes.
 * - `bounded`: those with no preemption, then one, then two, up to the bound.
 * - `pct`, `random`: sampled, as many as the budget allows.
 *
 * Where a budget ends before the search, samples follow; also behind the deepest bound, if they are asked for (`beyond`).
 *
 * @since 0.1.0
 */
export type SearchKind = 'auto' | 'exhaustive' | 'bounded' | 'pct' | 'random';

/** What a search may spend and how far it goes. @since 0.1.0 */
export interface ExploreOptions {
  /** Default `auto`. */
  readonly search?: SearchKind;
  /** Deepest preemption bound of a bounded search, which goes 0, 1, 2, ... up to it. Default 2. */
  readonly preemptions?: number;
  /** Whether a thread can be preempted at all; if not, threads switch where they wait, give way or end. Default true. */
  readonly preemptive?: boolean;
  /** Choices other than 0 in one execution. Default 1. */
  readonly faults?: number;
  /** Executions of each work unit. Default 200,000. */
  readonly maxExecutions?: number;
  /** Of these, how many an `auto` search may spend on trying to see everything. Default: half. */
  readonly tryAll?: number;
  /** Steps of all executions of a work unit together. Default: no limit. */
  readonly maxTotalSteps?: number;
  /** Steps of one execution. Default 5,000. */
  readonly maxSteps?: number;
  /** Milliseconds by `clock` after which the search ends. Default: no limit. */
  readonly maxMilliseconds?: number;
  /** Tells milliseconds, `performance.now` for instance: for the time limit and for the statistics. Default: none. */
  readonly clock?: () => number;
  /** Sampled executions after a search whose budget ended before its bound. Default 1,000. */
  readonly sampled?: number;
  /** Sampled executions after a search that completed its bound without seeing everything: what lies beyond. Default 0. */
  readonly beyond?: number;
  /** Seed of the sampled executions. Default 1. */
  readonly seed?: number;
  /** What the search is for: part of its {@link ExploreResult.digest}, so that a result cannot be passed off for another. */
  readonly label?: string;
  /** How many executions to go on, once something was found, in search of a shorter witness. Default 500. */
  readonly afterFirst?: number;
  /** The bound that a bounded search begins with. Default 0. */
  readonly from?: number;
  /** Make found schedules shorter. Default true. */
  readonly shorten?: boolean;
  /**
   * Search every schedule, equivalent ones included: for checking the reduction, and what is done without race detection, on
   * which the reduction rests.
   */
  readonly naive?: boolean;
  /** Group executions by how they ended. Default true. */
  readonly endings?: boolean;
  /**
   * Makes the program anew. If given, sampled schedules are run again, each on a program of its own: one that does something
   * else there has state that no detector sees.
   */
  readonly fresh?: () => Program;
  /** Samples that are run again so, at least half and at most all of them. Default 32. */
  readonly freshRuns?: number;
  /** Work units to cut the search into. The result depends on it, but not on who works on which. Default 1. */
  readonly split?: number;
  /** Of the units, search only every `of`-th, from number `index` (from 0). */
  readonly shard?: { readonly index: number; readonly of: number };
  readonly beacon?: Beacon;
  /** Called now and then; true ends the search. */
  readonly interrupted?: (progress: Progress) => boolean;
  /** Called now and then, and last when the search is ended early, with a function that gives what is needed to go on from here. */
  readonly onSave?: (save: () => SavedExploration, last: boolean) => void;
  /** Goes on from where a search of the same program with the same options was saved. */
  readonly resume?: SavedExploration;
}

/** How far a search is. @since 0.1.0 */
export interface Progress {
  readonly executions: number;
  readonly steps: number;
  /** The preemption bound that is being searched, or null. */
  readonly preemptions: number | null;
  /**
   * Of what is searched now, the part that is done: from 0 to 1. An estimate from the branches that are known by now, as
   * if they all were of one size; those that are not known yet make it fall. Null for a part without an end in sight.
   */
  readonly done: number | null;
}
