import type { Beacon } from './beacon.js';
import { isShorter } from './compare.js';
import { Executor, type Outcome, type Program } from './execution.js';
import { underWatch } from './under-watch.js';
import { lookAgain, type Counterexample } from './look-again.js';
import type { Schedule } from './schedule.js';
import { shorten } from './shorten.js';
import { BoundedDfs } from './strategies/bounded-dfs.js';
import { ReducedDfs } from './strategies/reduced-dfs.js';
import { RandomWalk } from './strategies/random-walk.js';
import type { Strategy } from './strategy.js';
import { violationKey, type Violation } from './violation.js';

/** What a search may spend and how far it goes. @since 0.1.0 */
export interface ExploreOptions {
  /** Deepest preemption bound. The search goes 0, 1, 2, ... up to it. Default 2. */
  readonly preemptions?: number;
  /** Choices other than 0 in one execution. Default 1. */
  readonly faults?: number;
  /** Executions of the whole search. Default 200,000. */
  readonly maxExecutions?: number;
  /** Steps of one execution. Default 5,000. */
  readonly maxSteps?: number;
  /** Random executions after a search whose budget ended before its bound. Default 1,000. */
  readonly sampled?: number;
  /** Seed of the random executions. Default 1. */
  readonly seed?: number;
  /** How many executions to go on, once something was found, in search of a shorter witness. Default 500. */
  readonly afterFirst?: number;
  /** The bound that the search begins with. Default 0. */
  readonly from?: number;
  /** Make found schedules shorter. Default true. */
  readonly shorten?: boolean;
  /**
   * Search every schedule within the bound, equivalent ones included: for checking the reduction, and what is done without
   * race detection, on which the reduction rests.
   */
  readonly naive?: boolean;
  readonly beacon?: Beacon;
  /** Called now and then; true ends the search. */
  readonly interrupted?: (progress: Progress) => boolean;
}

/** How far a search is. @since 0.1.0 */
export interface Progress {
  readonly executions: number;
  readonly steps: number;
  /** The bound that is being searched. */
  readonly preemptions: number;
}

/** Something found, with its shortest known witness. @since 0.1.0 */
export interface Found {
  readonly violation: Violation;
  readonly schedule: Schedule;
  readonly steps: number;
  readonly preemptions: number;
  readonly faults: number;
  /** Executions in which it showed. */
  occurrences: number;
  /** The execution that showed it first, counted from 1. */
  readonly firstExecution: number;
  readonly counterexample: Counterexample;
}

/** Why a search ended. @since 0.1.0 */
export type Stop = 'bound' | 'exhausted' | 'violation' | 'executions' | 'interrupted';

/** What a search found and what it covered. @since 0.1.0 */
export interface ExploreResult {
  readonly found: readonly Found[];
  readonly executions: number;
  readonly steps: number;
  /** The deepest preemption bound that was searched to its end without a budget running out; -1 if not even 0 was. */
  readonly completedPreemptions: number;
  /** All schedules there are were run: no bound cut anything off. */
  readonly exhausted: boolean;
  readonly longest: number;
  readonly stop: Stop;
  readonly sampled: number;
  readonly faults: number;
}

interface Best {
  outcome: Outcome;
  schedule: Schedule;
  occurrences: number;
  firstExecution: number;
}

const CHECK_EVERY = 64;

/**
 * Searches the schedules of a program: all of them with no preemption, then with one, then with two (Musuvathi and
 * Qadeer's iterative context bounding), so that what is found first has the fewest preemptions. When the budget ends
 * before the bound, it goes on with random schedules and says so. Each finding is replayed twice for its trace.
 *
 * Deterministic: the same program and options give the same result.
 *
 * @since 0.1.0
 */
export function explore(program: Program, options: ExploreOptions = {}): ExploreResult {
  return underWatch(program, () => new Search(program, options).run());
}

class Search {
  private readonly bound: number;
  private readonly faultBound: number;
  private readonly maxExecutions: number;
  private readonly executor: Executor;
  private readonly best = new Map<string, Best>();
  private executions = 0;
  private steps = 0;
  private longest = 0;
  private level = 0;
  private deadline = Infinity;
  private stop: Stop | null = null;

  constructor(
    private readonly program: Program,
    private readonly options: ExploreOptions,
  ) {
    this.bound = options.preemptions ?? 2;
    this.level = options.from ?? 0;
    this.faultBound = options.faults ?? 1;
    this.maxExecutions = options.maxExecutions ?? 200_000;
    this.executor = new Executor(program, options.maxSteps ?? 5000, options.beacon ?? null);
  }

  run(): ExploreResult {
    this.executor.gathering = true;
    let completed = -1;
    let exhausted = false;
    while (this.stop === null && this.level <= this.bound) {
      this.options.beacon?.atBound(this.level);
      const bounds = { preemptions: this.level, faults: this.faultBound };
      const dfs =
        this.options.naive === true || this.program.races === false
          ? new BoundedDfs(bounds)
          : new ReducedDfs(this.program.machine, bounds);
      this.drain(dfs);
      if (this.stop !== null) break;
      completed = this.level;
      if (this.best.size > 0) this.stop = 'violation';
      else if (!dfs.cut && this.bound > this.level) {
        exhausted = true;
        this.stop = 'exhausted';
      }
      this.level++;
    }
    let sampled = 0;
    if (this.stop === 'executions' && this.best.size === 0) {
      const before = this.executions;
      this.drain(new RandomWalk(this.options.seed ?? 1, this.options.sampled ?? 1000, this.faultBound), true);
      sampled = this.executions - before;
    }
    return {
      found: this.harvest(),
      executions: this.executions,
      steps: this.steps,
      completedPreemptions: exhausted ? Math.max(completed, this.bound) : completed,
      exhausted,
      longest: this.longest,
      stop: this.stop ?? 'bound',
      sampled,
      faults: this.faultBound,
    };
  }

  private drain(strategy: Strategy, overtime = false): void {
    while (strategy.nextExecution()) {
      const outcome = this.executor.run(strategy);
      this.executions++;
      this.steps += outcome.steps;
      if (outcome.steps > this.longest) this.longest = outcome.steps;
      if (outcome.violation !== null) this.note(outcome, outcome.violation);
      // What all executions together show does not end one; go on for a little in search of one that shows it by itself.
      if (this.executor.standing.length > 0) this.hurry();
      if (this.executions >= this.deadline) {
        this.stop = 'violation';
        return;
      }
      if (!overtime && this.executions >= this.maxExecutions) {
        this.stop = 'executions';
        return;
      }
      if (this.executions % CHECK_EVERY === 0 && this.asksToStop()) return;
    }
  }

  private asksToStop(): boolean {
    const progress = { executions: this.executions, steps: this.steps, preemptions: this.level };
    if (this.options.interrupted?.(progress) !== true) return false;
    this.stop = 'interrupted';
    return true;
  }

  private note(outcome: Outcome, violation: Violation): void {
    const key = violationKey(violation);
    const known = this.best.get(key);
    if (known === undefined) {
      this.best.set(key, {
        outcome,
        schedule: this.executor.schedule(),
        occurrences: 1,
        firstExecution: this.executions,
      });
      this.hurry();
      return;
    }
    known.occurrences++;
    if (isShorter(outcome, known.outcome)) {
      known.outcome = outcome;
      known.schedule = this.executor.schedule();
    }
  }

  private hurry(): void {
    this.deadline = Math.min(this.deadline, this.executions + (this.options.afterFirst ?? 500));
  }

  /** Takes in the cycles in the order of locks that no deadlock was found for. */
  private settleStanding(): void {
    const deadlocks = [...this.best.values()].map(({ outcome }) => outcome.violation?.lockClasses?.join());
    for (const { violation, schedule, outcome, execution } of this.executor.standing) {
      if (deadlocks.includes(violation.lockClasses!.join())) continue;
      this.best.set(violationKey(violation), {
        outcome,
        schedule,
        occurrences: 1,
        firstExecution: execution,
      });
    }
  }

  private harvest(): Found[] {
    this.executor.gathering = false;
    this.settleStanding();
    return [...this.best.values()].map((best) => {
      this.executor.evidence = best.schedule.evidence ?? null;
      const short =
        this.options.shorten === false ? best : shorten(this.executor, best.schedule, best.outcome);
      const counterexample = lookAgain(this.program, this.executor, short.schedule, short.outcome);
      return {
        violation: counterexample.violation,
        schedule: short.schedule,
        steps: short.outcome.steps,
        preemptions: short.outcome.preemptions,
        faults: short.outcome.faults,
        occurrences: best.occurrences,
        firstExecution: best.firstExecution,
        counterexample,
      };
    });
  }
}
