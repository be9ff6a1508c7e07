import { kernelProfiles } from '@movable-pages/core';
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { budgets } from '../budget.js';
import { findScenario } from '../select-scenarios.js';
import { requireProfile } from './check-module.js';
import {
  isFailure,
  type DriverListing,
  type Overlay,
  type TrialAnswer,
  type TrialReport,
  type TrialUnit,
} from './job.js';
import { listDrivers } from './list-drivers.js';
import { wasFull } from './memory-guard.js';
import { resolveModule } from './resolve-module.js';
import { WorkerPool } from './worker-pool.js';

/**
 * How a trial ended.
 *
 * - `done`: with the reports of the units that were run; the last is of the unit that would not pass, if there is one.
 * - `refused`: the changed module could not be loaded, or is no driver.
 * - `hung`: a loop without operations.
 * - `died`: its worker ended.
 * - `interrupted`: by the signal.
 *
 * @since 0.1.0
 */
export type TrialResult =
  | { readonly end: 'done'; readonly trials: readonly TrialReport[] }
  | { readonly end: 'refused' | 'died'; readonly code: string; readonly message: string }
  | { readonly end: 'hung'; readonly place: string }
  | { readonly end: 'interrupted' };

/** What a bench is set up with. @since 0.1.0 */
export interface TrialBenchOptions {
  /** Folder that paths are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** Default: all. */
  readonly profiles?: readonly string[];
  /** Ids of scenarios. Default: all that fit. */
  readonly scenarios?: readonly string[];
  /** Worker threads. Default: one for each processor, at most 4. Results do not depend on it. */
  readonly workers?: number;
  /** Ends what runs; later trials are not begun. */
  readonly signal?: AbortSignal;
  /** Milliseconds without a step after which a loop is taken to be endless. Default 10,000. */
  readonly watchdog?: number;
}

/**
 * Tries changed texts of one module: each is loaded in a worker thread beside the files as they are, and put through
 * scenarios under the same watchdog as a check. Nothing is written to disk.
 *
 * @since 0.1.0
 */
export class TrialBench {
  /** The file that is loaded, as a `file:` URL. */
  readonly url: string;
  private readonly pool: WorkerPool;
  private readonly profiles: readonly string[];

  /**
   * @param from Path of a `.ts` or `.js` file, or the name of a package.
   * @throws CheckError `MP_CANNOT_LOAD`, `MP_UNKNOWN_PROFILE`, `MP_UNKNOWN_SCENARIO`.
   */
  constructor(
    private readonly from: string,
    private readonly options: TrialBenchOptions = {},
  ) {
    // One listener for each trial that waits.
    if (options.signal !== undefined) setMaxListeners(0, options.signal);
    this.url = resolveModule(from, this.root);
    this.profiles = options.profiles ?? [...kernelProfiles.keys()];
    for (const profile of this.profiles) requireProfile(profile);
    for (const scenario of options.scenarios ?? []) findScenario(scenario);
    this.pool = new WorkerPool(options.workers ?? Math.min(availableParallelism(), 4), options.watchdog);
  }

  private get root(): string {
    return this.options.cwd ?? process.cwd();
  }

  /**
   * The drivers of the module as it is, with the scenarios that fit each.
   *
   * @throws CheckError and DriverError as `checkModule` does.
   */
  listings(): Promise<Omit<DriverListing, 'digest'>[]> {
    const { url, from, root, profiles } = this;
    const { scenarios = null } = this.options;
    return listDrivers(this.pool, { url, from, root, profiles, scenarios, rules: null });
  }

  /**
   * Puts the changed module through units, in order, up to the first that would not pass. Never rejects for a fault of the
   * driver.
   *
   * @param preemptions Deepest bound searched. Default: that of the `quick` budget.
   */
  async run(overlay: Overlay, units: readonly TrialUnit[], preemptions?: number): Promise<TrialResult> {
    const first = await this.once(overlay, units, preemptions);
    // What other trials left in that worker may have filled it, and a busy machine looks like a hang: the next is a new one.
    return first.end === 'died' || first.end === 'hung'
      ? await this.once(overlay, units, preemptions)
      : first;
  }

  /** Ends all workers. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private async once(
    overlay: Overlay,
    units: readonly TrialUnit[],
    preemptions: number = budgets.quick.preemptions,
  ): Promise<TrialResult> {
    const { url, from, root } = this;
    const budget = { ...budgets.quick, preemptions };
    const { signal } = this.options;
    try {
      const result = await this.pool.run(
        { kind: 'trial', url, from, root, overlay, units, budget },
        signal === undefined ? {} : { signal },
      );
      if (result.end === 'hung') return { end: 'hung', place: result.beacon.place };
      if (result.end !== 'answer') return { end: 'interrupted' };
      const { answer } = result;
      if (isFailure(answer)) return { end: 'refused', ...answer.failure };
      const { trials } = answer as TrialAnswer;
      if (trials.at(-1)?.report.stop === 'interrupted') return { end: 'interrupted' };
      return { end: 'done', trials };
    } catch (error) {
      const message = wasFull(error) ? 'it used up the memory of its worker' : String(error);
      return { end: 'died', code: 'MP_WORKER_DIED', message };
    }
  }
}
