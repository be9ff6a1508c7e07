import type { Beacon } from '@movable-pages/explore';
import type { Budget } from '../budget.js';
import { carryOver } from '../carry-over.js';
import { findScenario } from '../select-scenarios.js';
import { emptyReport } from '../check-scenario.js';
import type { ScenarioReport } from '../verdict.js';
import { unitKey, type Checkpoint } from './checkpoint.js';
import { hungReport } from './hung-report.js';
import { isFailure, type DriverListing } from './job.js';
import { wasFull } from './memory-guard.js';
import { workerDied } from './replay-token.js';
import type { WorkerPool } from './worker-pool.js';

/** Where a module is, and what it was called. */
export interface LoadedModule {
  readonly url: string;
  readonly from: string;
  readonly root: string;
}

/** How the work units of a driver are run. */
export interface DriverRunOptions {
  readonly budget: Budget;
  readonly seed: number;
  /** Rules of which it is only counted how often they are broken. */
  readonly counts: readonly string[];
  /** What the results are for: part of their digests. */
  readonly label: string;
  readonly checkpoint?: Checkpoint;
  readonly signal?: AbortSignal;
  readonly onProgress?: (unit: { scenario: string; profile: string }, progress: Beacon['progress']) => void;
}

const KEEPS = 'it allocates without end, or keeps something from one schedule to the next';

/** Workers that a driver may fill before the rest of its scenarios are not run any more. */
const FILLED = 3;

/** Runs work units of one driver, and remembers the trouble that it made. */
export class DriverRun {
  /** Where the driver loops or ends its worker. */
  private readonly stuckIn = new Set<string>();
  /** The units that were asked for, by scenario. */
  private readonly asked = new Map<string, Promise<ScenarioReport>[]>();
  /** Workers that it filled. */
  private outOfMemory = 0;

  constructor(
    private readonly pool: WorkerPool,
    private readonly module: LoadedModule,
    private readonly listing: Pick<DriverListing, 'name'>,
    private readonly options: DriverRunOptions,
  ) {}

  /**
   * Runs one unit, unless the checkpoint has its report or that of an earlier one carries over. Never rejects for a fault
   * of the driver.
   */
  unit(job: DriverListing['jobs'][number]): Promise<ScenarioReport> {
    const { scenario } = job;
    const before = this.asked.get(scenario) ?? [];
    const report = this.report(job, before);
    this.asked.set(scenario, [...before, report]);
    return report;
  }

  private async report(
    job: DriverListing['jobs'][number],
    before: readonly Promise<ScenarioReport>[],
  ): Promise<ScenarioReport> {
    const { checkpoint } = this.options;
    const { scenario, profile } = job;
    const key = unitKey({ from: this.module.from, driver: this.listing.name, scenario, profile });
    const done = checkpoint?.reportOf(key);
    if (done !== undefined) return done;
    const report = (await carried(before, profile)) ?? (await this.run(job, key));
    if (report.stop !== 'interrupted') checkpoint?.noteReport(key, report);
    return report;
  }

  private async run(
    { scenario, profile, bound }: DriverListing['jobs'][number],
    key: string,
  ): Promise<ScenarioReport> {
    const { pool, module, options } = this;
    const { checkpoint, budget } = options;
    const driver = this.listing.name;
    const empty = (code: string, message: string) =>
      emptyReport(
        { scenario: findScenario(scenario), profile },
        Math.min(bound, budget.preemptions),
        code,
        message,
      );
    try {
      const result = await pool.run(
        {
          kind: 'scenario',
          ...module,
          driver,
          scenario,
          profile,
          budget,
          seed: options.seed,
          counts: options.counts,
          label: options.label,
          resume: checkpoint?.saveOf(key) ?? null,
        },
        {
          ...(checkpoint === undefined ? {} : { onSave: (save) => checkpoint.noteSave(key, save) }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          stuckIn: this.stuckIn,
          unless: () => this.outOfMemory >= FILLED,
          onProgress: (progress) => options.onProgress?.({ scenario, profile }, progress),
        },
      );
      if (result.end === 'interrupted') return { ...empty('', ''), error: null, stop: 'interrupted' };
      if (result.end === 'not run') {
        const why = `${driver} used up the memory of ${FILLED} workers, so the rest of its scenarios were not run`;
        return empty('MP_WORKER_DIED', why);
      }
      if (result.end === 'hung') {
        return result.beacon.decisions.length === 0
          ? empty(
              'MP_HANG',
              `${driver} never came back while it was built or while its first objects were made: a loop without operations`,
            )
          : await hungReport(pool, { ...module, driver, scenario, profile }, result);
      }
      if (isFailure(result.answer)) return empty(result.answer.failure.code, result.answer.failure.message);
      return result.answer as ScenarioReport;
    } catch (error) {
      if (!wasFull(error)) return empty('MP_WORKER_DIED', workerDied(error).message);
      this.outOfMemory++;
      return empty('MP_WORKER_DIED', `${driver} used up the memory of its worker: ${KEEPS}`);
    }
  }
}

async function carried(
  before: readonly Promise<ScenarioReport>[],
  profile: string,
): Promise<ScenarioReport | null> {
  for (const each of before) {
    const report = carryOver(await each, profile);
    if (report !== null) return report;
  }
  return null;
}
