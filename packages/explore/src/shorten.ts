import { isShorter } from './compare.js';
import type { Executor, Outcome } from './execution.js';
import type { Schedule } from './schedule.js';
import type { Strategy } from './strategy.js';
import { violationKey } from './violation.js';
import { Candidate } from './witness/candidate.js';
import { History } from './witness/history.js';
import { NarrowDfs } from './witness/narrow-dfs.js';
import { smaller } from './witness/smaller.js';

/** Executions and steps that shortening one witness may spend. */
const ATTEMPTS = 2000;
const STEPS = 400_000;
/** The share of them that guesses get; the rest goes to the search that leaves nothing out. */
const GUESSING = 0.5;

/** How much was done to shorten a witness. @since 0.1.0 */
export interface Shortening {
  /** Executions that were tried. */
  readonly attempts: number;
  /** Executions after which it gives up. */
  readonly limit: number;
  /** Whether every better schedule was tried, so that there is none. */
  readonly minimal: boolean;
}

/** A schedule and what it does. @since 0.1.0 */
export interface Witness {
  readonly schedule: Schedule;
  readonly outcome: Outcome;
  readonly shortening: Shortening;
}

/**
 * Makes a failing schedule shorter without losing its violation: fewest preemptions, then fewest faults, then fewest
 * steps. First it guesses: it drops what does not happen before the failure, brings stretches of one thread together and
 * drops faults, threads, stretches and steps, as long as anything helps. Then it searches whatever could still be better,
 * at no preemption, at one, and so on. Every try is a real execution; there is a bound on them.
 *
 * @param faults Faults that a witness may have.
 */
export function shorten(
  executor: Executor,
  schedule: Schedule,
  outcome: Outcome,
  faults: number = outcome.faults,
): Witness {
  return new Shortener(executor, schedule, outcome).run(Math.max(faults, outcome.faults));
}

class Shortener {
  private readonly key: string;
  private readonly tried = new Set<string>();
  private attempts = 0;
  private steps = 0;

  constructor(
    private readonly executor: Executor,
    private schedule: Schedule,
    private outcome: Outcome,
  ) {
    this.key = violationKey(outcome.violation!);
  }

  run(faults: number): Witness {
    while (this.guess());
    const minimal = this.search(faults);
    const shortening = { attempts: this.attempts, limit: ATTEMPTS, minimal };
    return { schedule: this.schedule, outcome: this.outcome, shortening };
  }

  /** Tries smaller schedules until one is better. */
  private guess(): boolean {
    for (const candidate of smaller(this.schedule, this.history())) {
      if (this.isSpent(GUESSING)) return false;
      const id = JSON.stringify([candidate.segments, candidate.choices]);
      if (this.tried.has(id)) continue;
      this.tried.add(id);
      if (this.attempt(new Candidate(candidate, this.outcome))) return true;
    }
    return false;
  }

  /** Searches what could still be better, and says whether it came to the end of that. */
  private search(faults: number): boolean {
    for (let preemptions = 0; preemptions <= this.outcome.preemptions; preemptions++) {
      const dfs = new NarrowDfs({ preemptions, faults }, () => this.outcome);
      for (;;) {
        if (this.isSpent(1)) return false;
        if (!this.attempt(dfs) && this.ended) break;
      }
    }
    return true;
  }

  /** Whether the strategy of the last attempt had no execution left. */
  private ended = false;

  private attempt(strategy: Strategy): boolean {
    this.ended = !strategy.nextExecution();
    if (this.ended) return false;
    const result = this.executor.run(strategy);
    this.attempts++;
    this.steps += result.steps;
    if (result.violation === null || violationKey(result.violation) !== this.key) return false;
    if (isShorter(this.outcome, result)) return false;
    const schedule = this.executor.schedule();
    if (!isShorter(result, this.outcome) && schedule.segments.length >= this.schedule.segments.length)
      return false;
    this.outcome = result;
    this.schedule = schedule;
    return true;
  }

  private history(): History {
    const history = new History();
    const before = this.executor.tap;
    this.executor.tap = history;
    try {
      const again = new Candidate(this.schedule, this.outcome);
      again.nextExecution();
      this.steps += this.executor.run(again).steps;
      this.attempts++;
    } finally {
      this.executor.tap = before;
    }
    return history;
  }

  private isSpent(share: number): boolean {
    return this.attempts >= ATTEMPTS * share || this.steps >= STEPS * share;
  }
}
