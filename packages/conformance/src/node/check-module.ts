import { kernelProfiles } from '@movable-pages/core';
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { assembleVerdict } from '../assemble-verdict.js';
import { budgets } from '../budget.js';
import { findScenario } from '../check-driver.js';
import { emptyReport } from '../check-scenario.js';
import { CheckError } from '../errors.js';
import type { ScenarioReport, Verdict } from '../verdict.js';
import { hungReport } from './hung-report.js';
import { isFailure, type DriverListing } from './job.js';
import { wasFull } from './memory-guard.js';
import { workerDied } from './replay-token.js';
import { resolveModule } from './resolve-module.js';
import { unitKey, type Checkpoint } from './checkpoint.js';
import { thaw } from './thaw.js';
import { WorkerPool } from './worker-pool.js';

/** What a check tells while it runs. @since 0.1.0 */
export type CheckEvent =
  | { readonly type: 'driver'; readonly driver: string; readonly version: string; readonly jobs: number }
  | {
      readonly type: 'progress';
      readonly driver: string;
      readonly scenario: string;
      readonly profile: string;
      readonly executions: number;
      readonly preemptions: number;
      /** About which part of what is searched now is done, from 0 to 1; null if nobody knows. */
      readonly done: number | null;
    }
  | {
      readonly type: 'scenario';
      readonly driver: string;
      readonly report: ScenarioReport;
      readonly done: number;
      readonly jobs: number;
    };

/** How a module is checked. @since 0.1.0 */
export interface CheckModuleOptions {
  /** Folder that paths are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** Default: all. */
  readonly profiles?: readonly string[];
  /** Ids of scenarios. Default: all that fit. */
  readonly scenarios?: readonly string[];
  /** Default `quick`. */
  readonly budget?: 'quick' | 'default' | 'deep';
  readonly seed?: number;
  /** Worker threads. Default: one for each processor, at most 4. Results do not depend on it. */
  readonly workers?: number;
  /** Of the work units (a scenario under a profile each, numbered in order), check only every `of`-th, from `index` on. */
  readonly shard?: { readonly index: number; readonly of: number };
  /** Keeps what is done and goes on from what was. */
  readonly checkpoint?: Checkpoint;
  /** Ends the check early; what was found is kept. */
  readonly signal?: AbortSignal;
  /** Told how far the check is. */
  readonly onEvent?: (event: CheckEvent) => void;
  /** Milliseconds without a step after which a loop is taken to be endless. Default 10,000. */
  readonly watchdog?: number;
}

/**
 * Checks every driver that a module exports, in worker threads, under a watchdog: a driver that loops without
 * operations, exits or eats all memory costs its own verdict and no other's.
 *
 * @param specifier Path of a `.ts` or `.js` file, or the name of a package.
 * @returns One verdict for each driver.
 * @throws CheckError `MP_CANNOT_LOAD`, `MP_UNKNOWN_PROFILE`, `MP_UNKNOWN_SCENARIO`, `MP_WORKER_DIED`; DriverError
 *   `MP_NOT_A_DRIVER`, `MP_DUPLICATE_DRIVER` and the like, as errors with a `code`.
 * @since 0.1.0
 */
export async function checkModule(specifier: string, options: CheckModuleOptions = {}): Promise<Verdict[]> {
  const cwd = options.cwd ?? process.cwd();
  // One listener for each scenario that runs.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const module = { url: resolveModule(specifier, cwd), from: specifier, root: cwd };
  const profiles = options.profiles ?? [...kernelProfiles.keys()];
  requireKnown(profiles, options.scenarios);
  const pool = new WorkerPool(options.workers ?? Math.min(availableParallelism(), 4), options.watchdog);
  try {
    const job = { ...module, profiles, scenarios: options.scenarios ?? null };
    const listings = await list(pool, job);
    options.checkpoint?.noteListings(specifier, listings);
    const verdicts: Verdict[] = [];
    for (const listing of listings)
      verdicts.push(await checkListed(pool, module, listing, profiles, options));
    return verdicts;
  } finally {
    await pool.close();
  }
}

interface Module {
  readonly url: string;
  readonly from: string;
  readonly root: string;
}

/** Lists the drivers of a module and the scenarios that fit each. */
export async function list(
  pool: WorkerPool,
  job: Module & { profiles: readonly string[]; scenarios: readonly string[] | null },
): Promise<DriverListing[]> {
  let result;
  try {
    result = await pool.run({ kind: 'list', ...job });
  } catch (error) {
    throw workerDied(error);
  }
  if (result.end !== 'answer')
    throw new CheckError(
      'MP_CANNOT_LOAD',
      `${job.from} never finished loading: it loops at its top level or while it is built`,
    );
  if (isFailure(result.answer)) throw thaw(result.answer);
  return result.answer as DriverListing[];
}

async function checkListed(
  pool: WorkerPool,
  module: Module,
  listing: DriverListing,
  profiles: readonly string[],
  options: CheckModuleOptions,
): Promise<Verdict> {
  const budget = budgets[options.budget ?? 'quick'];
  const { index, of } = options.shard ?? { index: 0, of: 1 };
  const units = listing.jobs.filter((_, number) => number % of === index);
  const jobs = units.length;
  const driver = listing.name;
  options.onEvent?.({ type: 'driver', driver, version: listing.version, jobs });
  let done = 0;
  const trouble: Trouble = { stuckIn: new Set(), outOfMemory: 0 };
  const reports = await Promise.all(
    units.map(async ({ profile, scenario, bound }) => {
      const report = await runScenario(
        pool,
        module,
        { driver, profile, scenario, bound: Math.min(bound, budget.preemptions) },
        trouble,
        options,
      );
      options.onEvent?.({ type: 'scenario', driver, report, done: ++done, jobs });
      return report;
    }),
  );
  const verdict = assembleVerdict(
    { ...listing, capabilities: new Set(listing.capabilities) },
    module.from,
    budget.name,
    profiles,
    reports,
  );
  return options.shard === undefined
    ? verdict
    : { ...verdict, shard: { index, of, units: listing.jobs.length } };
}

/** What the scenarios of one driver have learned about it. */
interface Trouble {
  /** Where it loops or ends its worker. */
  readonly stuckIn: Set<string>;
  /** Workers that it filled. */
  outOfMemory: number;
}

const KEEPS = 'it allocates without end, or keeps something from one schedule to the next';

/** Workers that a driver may fill before the rest of its scenarios are not run any more. */
const FILLED = 3;

async function runScenario(
  pool: WorkerPool,
  module: Module,
  job: { driver: string; profile: string; scenario: string; bound: number },
  trouble: Trouble,
  options: CheckModuleOptions,
): Promise<ScenarioReport> {
  const { driver, profile, scenario, bound } = job;
  const empty = (code: string, message: string) =>
    emptyReport({ scenario: findScenario(scenario), profile }, bound, code, message);
  const interrupted = (): ScenarioReport => ({ ...empty('', ''), error: null, stop: 'interrupted' });
  const { checkpoint } = options;
  const unit = unitKey({ from: module.from, driver, scenario, profile });
  const done = checkpoint?.reportOf(unit);
  if (done !== undefined) return done;
  const report = await run();
  if (report.stop !== 'interrupted') checkpoint?.noteReport(unit, report);
  return report;

  async function run(): Promise<ScenarioReport> {
    try {
      const result = await pool.run(
        {
          kind: 'scenario',
          ...module,
          driver,
          scenario,
          profile,
          budget: budgets[options.budget ?? 'quick'],
          seed: options.seed ?? null,
          resume: checkpoint?.saveOf(unit) ?? null,
        },
        {
          ...(checkpoint === undefined ? {} : { onSave: (save) => checkpoint.noteSave(unit, save) }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          stuckIn: trouble.stuckIn,
          unless: () => trouble.outOfMemory >= FILLED,
          onProgress: (progress) =>
            options.onEvent?.({ type: 'progress', driver, scenario, profile, ...progress }),
        },
      );
      if (result.end === 'interrupted') return interrupted();
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
      trouble.outOfMemory++;
      return empty('MP_WORKER_DIED', `${driver} used up the memory of its worker: ${KEEPS}`);
    }
  }
}

/** @throws CheckError `MP_UNKNOWN_PROFILE`, `MP_UNKNOWN_SCENARIO`. */
export function requireKnown(profiles: readonly string[], scenarios: readonly string[] = []): void {
  for (const profile of profiles) requireProfile(profile);
  for (const scenario of scenarios) findScenario(scenario);
}

function requireProfile(name: string): void {
  if (kernelProfiles.has(name)) return;
  throw new CheckError(
    'MP_UNKNOWN_PROFILE',
    `there is no profile ${name}; there are: ${[...kernelProfiles.keys()].join(', ')}`,
  );
}
