import type { Phase, Stop } from '@movable-pages/explore';
import type { Finding } from './finding.js';
import type { LockSighting } from './lock-sightings.js';
import type { RuleLevel, Trigger } from './rule.js';
import type { Selection } from './selection.js';
import type { Waiver } from './waiver.js';

/**
 * How a rule came out.
 *
 * - `pass`: held in every schedule of a completed bound, and was put to the test.
 * - `fail`: broken, with a counterexample.
 * - `skip`: does not apply to a driver with these capabilities, or to one that does without what the rule is about.
 * - `disabled`: switched off by the author, with a reason and an expiry date.
 * - `vacuous`: nothing ever put it to the test.
 * - `inconclusive`: a bound was hit, or another failure ended the search before its end.
 * - `broken`: the driver or its workload could not run.
 *
 * @since 0.1.0
 */
export type Status = 'pass' | 'fail' | 'skip' | 'disabled' | 'vacuous' | 'inconclusive' | 'broken';

/** One scenario under one profile. @since 0.1.0 */
export interface ScenarioReport {
  readonly scenario: string;
  readonly profile: string;
  readonly executions: number;
  readonly steps: number;
  /** Deepest preemption bound that was searched to its end; -1 if none. */
  readonly preemptions: number;
  readonly faults: number;
  /** Every schedule there is was run. */
  readonly exhausted: boolean;
  /** Every schedule within the bound of faults was run, whatever preemptions it takes. */
  readonly unbounded: boolean;
  /** Executions given up half-way, because all they could still do had been seen. */
  readonly abandoned: number;
  /** Most preemptions in one execution. */
  readonly deepest: number;
  /** The parts of the search in order. */
  readonly phases: readonly Phase[];
  /** Bound that had to be completed. */
  readonly bound: number;
  readonly longest: number;
  readonly stop: Stop | 'error';
  /** Random executions run after the budget ended. */
  readonly sampled: number;
  /** What all executions did, as a digest that cannot be had without running them; empty if the search did not come to its end. */
  readonly digest: string;
  readonly triggers: Readonly<Partial<Record<Trigger, number>>>;
  /**
   * Other profiles under which every one of these executions is the same, step for step: nothing was ever asked that they
   * answer differently.
   */
  readonly alike: readonly string[];
  /** What it has shown of the use of locks: their order is judged over all scenarios together. */
  readonly locks: readonly LockSighting[];
  readonly findings: readonly Finding[];
  /** Why it could not run. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** One rule over all scenarios and profiles. @since 0.1.0 */
export interface RuleReport {
  readonly id: string;
  readonly title: string;
  readonly level: RuleLevel;
  readonly status: Status;
  /** How often it was put to the test; executions that stand for several profiles count once. */
  readonly triggers: number;
  /** Executions of the scenarios in which it was, likewise. */
  readonly executions: number;
  /** Why it is not `pass`, in words; empty for `pass` and `fail`. */
  readonly reason: string;
}

/** The verdict on a driver. @since 0.1.0 */
export interface Verdict {
  readonly driver: {
    readonly name: string;
    readonly version: string;
    readonly from: string;
    readonly contract: string;
    readonly capabilities: readonly string[];
    /** Digest of its files, with all that they import; null if it was not loaded from a file. */
    readonly digest: string | null;
  };
  readonly suite: string;
  readonly budget: string;
  /** Seed of sampled schedules. */
  readonly seed: number;
  /** What the check was narrowed to; null if it was not: only then a driver can be conformant. */
  readonly selection: Selection | null;
  /** Rules that its author has switched off. */
  readonly waivers: readonly Waiver[];
  readonly profiles: readonly string[];
  readonly conformant: boolean;
  /**
   * The worst status among mandatory rules: what the exit code is made of. `partial`: what was judged passes, but something was
   * left out, by a selection or by a waiver.
   */
  readonly outcome: 'conformant' | 'partial' | 'not-conformant' | 'inconclusive' | 'broken' | 'interrupted';
  readonly rules: readonly RuleReport[];
  readonly scenarios: readonly ScenarioReport[];
  readonly findings: readonly Finding[];
  /** Which part of the work units this is a verdict on, if not on all, and how many there are. */
  readonly shard?: { readonly index: number; readonly of: number; readonly units: number };
}

/** The process exit code that belongs to an outcome. @since 0.1.0 */
export const exitCodes: Readonly<Record<Verdict['outcome'], number>> = Object.freeze({
  conformant: 0,
  partial: 0,
  'not-conformant': 1,
  broken: 2,
  inconclusive: 3,
  interrupted: 130,
});
