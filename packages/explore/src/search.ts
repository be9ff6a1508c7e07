import { isShorter } from './compare.js';
import { Endings } from './endings.js';
import { Executor, type Outcome, type Program } from './execution.js';
import type { ExploreOptions } from './explore-options.js';
import type { Phase, Stop } from './explore-result.js';
import { makeStrategy } from './make-strategy.js';
import { repeat } from './repeat.js';
import { Samples } from './samples.js';
import { SearchDigest } from './search-digest.js';
import type { Best, SavedSearch, Totals } from './saved.js';
import type { SavedDfs } from './strategies/depth-first.js';
import { DepthFirst } from './strategies/depth-first.js';
import type { SavedSampler, Sampler } from './strategies/sampler.js';
import { violationKey, type Violation } from './violation.js';
import { isDeadlockOf } from './detectors/describe-lock-order.js';
import type { WorkUnit } from './work-unit.js';

/** Executions between two looks at the clock and at whoever may interrupt. */
const CHECK_EVERY = 64;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a phase is meant to be, before it runs. */
interface Plan {
  readonly search: Phase['search'];
  readonly preemptions: number | null;
  /** Executions of a sampler. */
  readonly samples: number;
}

/** Searches one work unit of a program: one phase after the other, as the budget allows. */
export class Search {
  readonly executor: Executor;
  readonly best = new Map<string, Best>();
  readonly endings: Endings;
  readonly samples: Samples;
  readonly digest: SearchDigest;
  readonly phases: Phase[] = [];
  readonly totals: Totals = { executions: 0, steps: 0, longest: 0, deepest: 0, abandoned: 0, sampled: 0 };
  stop: Stop | null = null;
  private phase: Mutable<Phase> | null = null;
  private strategy: DepthFirst | Sampler | null = null;
  /** Executions at which the search for a shorter witness ends; null before anything was found. */
  private deadline: number | null = null;
  private readonly startedAt: number;
  private spentBefore = 0;
  private readonly bound: number;
  private readonly maxExecutions: number;
  private readonly maxTotalSteps: number;
  private readonly faults: number;

  constructor(
    private readonly program: Program,
    private readonly options: ExploreOptions,
    private readonly unit: WorkUnit,
    /** Called now and then, between two executions. */
    private readonly onCheck: () => void = () => {},
  ) {
    this.bound = options.preemptive === false ? 0 : (options.preemptions ?? 2);
    this.maxExecutions = options.maxExecutions ?? 200_000;
    this.maxTotalSteps = options.maxTotalSteps ?? Infinity;
    this.faults = options.faults ?? 1;
    this.executor = new Executor(
      program,
      options.maxSteps ?? 5000,
      options.beacon ?? null,
      options.preemptive !== false,
    );
    this.endings = new Endings(program.machine, program.ending ?? null);
    this.samples = new Samples(options.freshRuns ?? 32);
    this.digest = new SearchDigest(program, options, unit);
    this.startedAt = options.clock?.() ?? 0;
  }

  /** Runs until there is nothing left to do or a budget ends. */
  run(): void {
    if (this.executor.lockOrder !== null) this.executor.lockOrder.gathering = true;
    for (;;) {
      if (this.phase === null) {
        this.settleLockOrder();
        const plan = this.stop === 'interrupted' || this.stop === 'time' ? null : this.next();
        if (plan === null) return;
        this.begin(plan);
      }
      if (!this.drain()) return;
      this.phases.push({ ...this.phase! });
      this.phase = null;
    }
  }

  /** Milliseconds so far, by the clock. */
  get milliseconds(): number | null {
    return this.options.clock === undefined ? null : this.spentBefore + this.options.clock() - this.startedAt;
  }

  // ---- phases -------------------------------------------------------------------------------------------------------

  /** What comes after the phases so far, or null; sets why the search ends. */
  private next(): Plan | null {
    const last = this.phases.at(-1);
    const kind = this.options.search ?? 'auto';
    if (last === undefined) {
      if (kind === 'pct' || kind === 'random') return this.sample(kind, this.maxExecutions);
      if (kind === 'bounded' || this.options.preemptive === false) return this.level(this.options.from ?? 0);
      return { search: 'exhaustive', preemptions: null, samples: 0 };
    }
    switch (last.search) {
      case 'exhaustive':
        return this.afterAll(last);
      case 'bounded':
        return this.afterLevel(last);
      default:
        return this.afterSample(last, kind);
    }
  }

  private afterAll(last: Phase): Plan | null {
    if (this.best.size > 0) {
      // Something was found with some number of preemptions: is there a witness with fewer?
      this.stop = 'violation';
      this.deadline = null;
      return this.dearest() > 0 && this.options.shorten !== false ? this.level(0) : null;
    }
    if (last.complete) {
      this.stop = last.cut ? 'bound' : 'exhausted';
      return null;
    }
    if (this.options.search === 'exhaustive') return this.budgetEnded();
    this.stop = null;
    return this.level(this.options.from ?? 0);
  }

  private afterLevel(last: Phase): Plan | null {
    const level = last.preemptions!;
    if (this.best.size > 0) {
      const first = this.stop !== 'violation';
      this.stop = 'violation';
      if (this.dearest() <= level) return null;
      // The deadlock that a cycle stands for often shows one level deeper.
      if (this.onlyLockOrder()) this.deadline = null;
      else if (first || !last.complete) return null;
      return this.level(level + 1);
    }
    if (!last.complete) return this.budgetEnded();
    if (!last.cut && this.options.preemptive !== false) {
      this.stop = 'exhausted';
      return null;
    }
    if (level < this.bound) return this.level(level + 1);
    this.stop = 'bound';
    return this.afterSearch();
  }

  private afterSample(last: Phase, kind: string): Plan | null {
    if (this.best.size > 0) this.stop = 'violation';
    else if (kind !== 'random' && kind !== 'pct' && last.search === 'pct')
      return this.sample('random', this.half());
    else this.stop ??= this.boundReached() ? 'bound' : 'executions';
    return null;
  }

  private budgetEnded(): Plan | null {
    this.stop ??= 'executions';
    return this.afterSearch();
  }

  /** Samples after a search, over and above its budget. */
  private afterSearch(): Plan | null {
    return this.half() > 0 && this.stop !== 'steps' ? this.sample('pct', this.half()) : null;
  }

  /** How many samples follow, of each of two kinds. */
  private half(): number {
    const { sampled = 1000, beyond = 0 } = this.options;
    return Math.floor((this.boundReached() ? beyond : sampled) / 2);
  }

  private boundReached(): boolean {
    return this.phases.some(({ complete, preemptions }) => complete && preemptions === this.bound);
  }

  private onlyLockOrder(): boolean {
    return [...this.best.values()].every(({ outcome }) => outcome.violation!.kind === 'lock-order');
  }

  private dearest(): number {
    let most = 0;
    for (const { outcome } of this.best.values()) {
      // Of a cycle in the order of locks the deadlock is looked for, at every bound.
      const dear = outcome.violation!.kind === 'lock-order' ? this.bound : outcome.preemptions;
      most = Math.max(most, dear);
    }
    return most;
  }

  /** Takes in the cycles in the order of locks for which no deadlock was found. */
  private settleLockOrder(): void {
    const standing = this.executor.lockOrder?.standing ?? [];
    if (standing.length === 0) return;
    const deadlocks = [...this.best.values()].map(({ outcome }) => outcome.violation!);
    for (const { violation, outcome, schedule, execution } of standing) {
      const key = violationKey(violation);
      if (deadlocks.some((deadlock) => isDeadlockOf(deadlock, violation))) this.best.delete(key);
      else if (!this.best.has(key))
        this.best.set(key, { key, outcome, schedule, occurrences: 1, firstExecution: execution });
    }
  }

  private level(preemptions: number): Plan {
    return { search: 'bounded', preemptions, samples: 0 };
  }

  private sample(search: 'pct' | 'random', samples: number): Plan {
    return { search, preemptions: null, samples };
  }

  private begin(plan: Plan): void {
    this.phase = {
      search: plan.search,
      preemptions: plan.preemptions,
      complete: false,
      cut: false,
      executions: 0,
      abandoned: 0,
    };
    this.options.beacon?.atBound(plan.preemptions ?? -1);
    this.strategy = this.make(plan.search, plan.preemptions, plan.samples);
    this.executor.footprint.forget();
  }

  private make(search: Phase['search'], preemptions: number | null, samples: number): DepthFirst | Sampler {
    const { unit, faults, bound, isNaive: naive } = this;
    const seed = this.options.seed ?? 1;
    const length = this.totals.longest || 64;
    const { machine } = this.program;
    return makeStrategy(search, { machine, unit, naive, faults, seed, samples, length, preemptions, bound });
  }

  // ---- executions ---------------------------------------------------------------------------------------------------

  /** Runs the phase to its end or to the end of a budget; gives whether another may follow. */
  private drain(): boolean {
    const phase = this.phase!;
    const strategy = this.strategy!;
    const sampling = phase.search === 'pct' || phase.search === 'random';
    const until = this.until(phase);
    for (;;) {
      if (!sampling && this.totals.executions >= until) {
        if (until === this.maxExecutions) this.stop ??= 'executions';
        return true;
      }
      if (this.totals.steps >= this.maxTotalSteps) {
        this.stop ??= 'steps';
        return true;
      }
      if (!strategy.nextExecution()) break;
      this.execute(strategy, phase, sampling);
      if (this.deadline !== null && this.totals.executions >= this.deadline) return true;
      if (this.totals.executions % CHECK_EVERY === 0 && this.mustStop()) return false;
    }
    phase.complete = true;
    if (strategy instanceof DepthFirst)
      phase.cut =
        strategy.cut || this.executor.unfair || this.program.machine.spinners.heldBack || this.hides();
    return true;
  }

  /** An execution that ends with a violation hides from the reduction what would have come after. */
  hides(): boolean {
    return this.best.size > 0 && !this.isNaive;
  }

  private get isNaive(): boolean {
    return this.options.naive === true || this.program.races === false;
  }

  private until(phase: Phase): number {
    const share = phase.search === 'exhaustive' && (this.options.search ?? 'auto') === 'auto';
    return share ? (this.options.tryAll ?? Math.ceil(this.maxExecutions / 2)) : this.maxExecutions;
  }

  private execute(strategy: DepthFirst | Sampler, phase: Mutable<Phase>, sampling: boolean): void {
    const outcome = this.executor.run(strategy);
    const totals = this.totals;
    totals.executions++;
    phase.executions++;
    totals.steps += outcome.steps;
    if (outcome.steps > totals.longest) totals.longest = outcome.steps;
    if (outcome.preemptions > totals.deepest) totals.deepest = outcome.preemptions;
    if (sampling) totals.sampled++;
    this.digest.note(this.executor, outcome);
    if (outcome.abandoned) {
      totals.abandoned++;
      phase.abandoned++;
      return;
    }
    if (totals.executions === 1 && this.options.fresh === undefined && outcome.violation === null) {
      const again = repeat(this.program, this.executor, this.options.maxSteps ?? 5000);
      if (again !== null && again.violation !== null) this.note(again, again.violation);
    }
    if (this.options.endings !== false) this.endings.note(totals.executions);
    // What all executions together show ends none of them; go on for a little in search of one that shows it by itself.
    if (this.executor.lockOrder !== null && this.executor.lockOrder.standing.length > 0) this.hurry();
    if (outcome.violation !== null) this.note(outcome, outcome.violation);
    else if (this.options.fresh !== undefined) this.samples.offer(totals.executions, this.executor);
  }

  private hurry(): void {
    this.deadline ??= this.totals.executions + (this.options.afterFirst ?? 500);
  }

  private note(outcome: Outcome, violation: Violation): void {
    const key = violationKey(violation);
    const known = this.best.get(key);
    this.hurry();
    if (known === undefined) {
      this.best.set(key, {
        key,
        outcome,
        schedule: this.executor.schedule(),
        occurrences: 1,
        firstExecution: this.totals.executions,
      });
      return;
    }
    known.occurrences++;
    if (isShorter(outcome, known.outcome)) {
      known.outcome = outcome;
      known.schedule = this.executor.schedule();
    }
  }

  private mustStop(): boolean {
    const { options, totals } = this;
    this.onCheck();
    const spent = this.milliseconds;
    if (spent !== null && spent >= (options.maxMilliseconds ?? Infinity)) this.stop = 'time';
    const progress = {
      executions: totals.executions,
      steps: totals.steps,
      preemptions: this.phase!.preemptions,
      done: this.strategy instanceof DepthFirst ? this.strategy.done : null,
    };
    options.beacon?.atDone(progress.done);
    if (options.interrupted?.(progress) === true) this.stop = 'interrupted';
    return this.stop === 'time' || this.stop === 'interrupted';
  }

  // ---- going on later -----------------------------------------------------------------------------------------------

  /** What is needed to go on from here. To be asked between executions. */
  save(): SavedSearch {
    return {
      totals: { ...this.totals },
      phase: this.phase === null ? null : { ...this.phase },
      phases: [...this.phases],
      strategy: this.strategy?.save() ?? null,
      deadline: this.deadline,
      stop: this.stop === 'time' || this.stop === 'interrupted' ? null : this.stop,
      found: [...this.best.values()].map((best) => ({ ...best })),
      endings: this.endings.save(),
      samples: this.samples.save(),
      digest: this.digest.toString(),
      milliseconds: this.milliseconds,
      lockFacts: this.executor.lockOrder?.facts ?? [],
      standing: this.executor.lockOrder?.standing ?? [],
    };
  }

  /** Goes on where a search was saved. */
  restore(saved: SavedSearch): void {
    Object.assign(this.totals, saved.totals);
    this.phases.push(...saved.phases);
    this.deadline = saved.deadline;
    this.stop = saved.stop;
    for (const best of saved.found) this.best.set(best.key, { ...best });
    this.endings.restore(saved.endings);
    this.samples.restore(saved.samples);
    this.digest.restore(saved.digest);
    this.spentBefore = saved.milliseconds ?? 0;
    this.executor.lockOrder?.restore(saved.lockFacts, saved.standing);
    if (saved.phase === null) return;
    this.phase = { ...saved.phase };
    const { search, preemptions } = saved.phase;
    this.strategy = this.make(search, preemptions, this.samplesOf(search));
    if (this.strategy instanceof DepthFirst) this.strategy.restore(saved.strategy as SavedDfs);
    else this.strategy.restore(saved.strategy as SavedSampler);
  }

  private samplesOf(search: Phase['search']): number {
    return this.options.search === search ? this.maxExecutions : this.half();
  }
}
