import type { LeftOut } from './ignore.js';
import type { Hunk } from './mutant.js';
import type { MutationOperator } from './operator.js';

/**
 * What killed a mutant.
 *
 * - `rule`: the suite found a rule broken.
 * - `refused`: it could not be loaded, built or set up.
 * - `vacuous`: a mandatory rule is not put to the test any more, or not enough, so no check passes.
 * - `hang`: it loops without operations.
 * - `crash`: it ended its worker.
 *
 * @since 0.1.0
 */
export interface Kill {
  readonly how: 'rule' | 'refused' | 'vacuous' | 'hang' | 'crash';
  /** Ids of rules, or the code of an error. */
  readonly by: readonly string[];
  readonly scenario: string | null;
  readonly profile: string | null;
}

/**
 * What came of a mutant.
 *
 * - `killed`: a check would not pass.
 * - `survived`: a check passes.
 * - `undecided`: the budget ended first; counts as survived.
 * - `ignored`: its author says why it is no mistake; counts as nothing.
 * - `not-run`: interrupted before; counts as nothing.
 *
 * @since 0.1.0
 */
export type Outcome = 'killed' | 'survived' | 'undecided' | 'ignored' | 'not-run';

/** One mutant and what came of it. @since 0.1.0 */
export interface MutantReport {
  /** `skip-put@src/driver.ts:54`. */
  readonly id: string;
  readonly operator: string;
  readonly file: string;
  readonly line: number;
  readonly hunks: readonly Hunk[];
  readonly outcome: Outcome;
  readonly kill: Kill | null;
  /** Scenarios that run the changed lines of the driver as it is. */
  readonly reachedIn: readonly string[];
  /** Rules of level `quality` that object to it, if it survived: they make no driver fail. */
  readonly advice: readonly string[];
  /** Why it is ignored; empty otherwise. */
  readonly reason: string;
}

/** An operator and what came of its mutants. @since 0.1.0 */
export interface OperatorReport extends MutationOperator {
  readonly made: number;
  readonly killed: number;
  readonly survived: number;
  readonly ignored: number;
  /** What killed them, most frequent first. */
  readonly by: readonly { readonly what: string; readonly count: number }[];
}

/** What the mutants of a driver say about the suite. @since 0.1.0 */
export interface MutationReport {
  readonly from: string;
  readonly drivers: readonly { readonly name: string; readonly version: string }[];
  readonly suite: string;
  /** The files that were mutated. */
  readonly files: readonly string[];
  /** Files that their author leaves out, and why. */
  readonly leftOut: readonly LeftOut[];
  readonly profiles: readonly string[];
  /** Deepest bound of preemptions. */
  readonly preemptions: number;
  /** Mutants that there are, before a limit picked some. */
  readonly found: number;
  readonly seed: number;
  /** Killed of those that were judged; null if none was. */
  readonly score: number | null;
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly operators: readonly OperatorReport[];
  readonly mutants: readonly MutantReport[];
  /** Comments that no mutant fits: what they spoke of is gone. */
  readonly staleIgnores: readonly {
    readonly file: string;
    readonly line: number;
    readonly operator: string;
  }[];
  readonly interrupted: boolean;
}
