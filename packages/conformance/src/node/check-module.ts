import { kernelProfiles } from '@movable-pages/core';
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { assembleVerdict } from '../assemble-verdict.js';
import { budgets } from '../budget.js';
import { findScenario } from '../select-scenarios.js';
import { certifiedName } from './certify.js';
import { certificateLabel } from '../certificate/certificate-label.js';
import { DEFAULT_SEED } from '../check-scenario.js';
import { CheckError } from '../errors.js';
import type { Finding } from '../finding.js';
import { isMandatory } from '../rule.js';
import { countedOnly, requireRule, selectionOf, type RuleChoice } from '../selection.js';
import type { ScenarioReport, Verdict } from '../verdict.js';
import type { Waiver } from '../waiver.js';
import { driverDigest } from './driver-digest.js';
import type { Checkpoint } from './checkpoint.js';
import { DriverRun, type LoadedModule } from './driver-run.js';
import type { DriverListing } from './job.js';
import { listDrivers } from './list-drivers.js';
import { resolveModule } from './resolve-module.js';
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
export interface CheckModuleOptions extends RuleChoice {
  /** Folder that paths are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** Default: all. */
  readonly profiles?: readonly string[];
  /** Ids of scenarios. Default: all that fit. */
  readonly scenarios?: readonly string[];
  /** Default `quick`. */
  readonly budget?: 'quick' | 'default' | 'deep';
  readonly seed?: number;
  /** Rules that are switched off. Whether they still hold is for the caller to say: see {@link requireWaivers}. */
  readonly waivers?: readonly Waiver[];
  /** Ends the check at the first finding that counts: what had not come to its end by then is `interrupted`. */
  readonly bail?: boolean;
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
 * @throws CheckError `MP_CANNOT_LOAD`, `MP_UNKNOWN_PROFILE`, `MP_UNKNOWN_SCENARIO`, `MP_UNKNOWN_RULE`, `MP_WORKER_DIED`; DriverError
 *   `MP_NOT_A_DRIVER`, `MP_DUPLICATE_DRIVER` and the like, as errors with a `code`.
 * @since 0.1.0
 */
export async function checkModule(specifier: string, options: CheckModuleOptions = {}): Promise<Verdict[]> {
  const cwd = options.cwd ?? process.cwd();
  // One listener for each scenario that runs.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const module = { url: resolveModule(specifier, cwd), from: specifier, root: cwd };
  const profiles = options.profiles ?? [...kernelProfiles.keys()];
  for (const profile of profiles) requireProfile(profile);
  for (const scenario of options.scenarios ?? []) findScenario(scenario);
  const selection = selectionOf(options);
  const digest = driverDigest(module.url);
  const pool = new WorkerPool(options.workers ?? Math.min(availableParallelism(), 4), options.watchdog);
  try {
    const job = {
      ...module,
      profiles,
      scenarios: options.scenarios ?? null,
      rules: selection?.rules ?? null,
    };
    const listings = (await listDrivers(pool, job)).map((listing) => ({ ...listing, digest }));
    options.checkpoint?.noteListings(specifier, listings);
    if (options.scenarios !== undefined && listings.every(({ jobs }) => jobs.length === 0))
      throw new CheckError(
        'MP_NOTHING_TO_CHECK',
        `${options.scenarios.join(', ')}: no driver of ${specifier} has the capability, or the operation of its workload, that this needs, or the rules asked for cannot be put to the test there; choose others`,
      );
    const verdicts: Verdict[] = [];
    for (const listing of listings)
      verdicts.push(await checkListed(pool, module, listing, profiles, options));
    return verdicts;
  } finally {
    await pool.close();
  }
}

async function checkListed(
  pool: WorkerPool,
  module: LoadedModule,
  listing: DriverListing,
  profiles: readonly string[],
  options: CheckModuleOptions,
): Promise<Verdict> {
  const budget = budgets[options.budget ?? 'quick'];
  const selection = selectionOf(options);
  const { index, of } = options.shard ?? { index: 0, of: 1 };
  const units = listing.jobs.filter((_, number) => number % of === index);
  const jobs = units.length;
  const driver = listing.name;
  options.onEvent?.({ type: 'driver', driver, version: listing.version, jobs });
  let done = 0;
  const waivers = options.waivers ?? [];
  const counts = countedOnly(selection, waivers);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  setMaxListeners(0, signal);
  const run = new DriverRun(pool, module, listing, {
    budget,
    seed: options.seed ?? DEFAULT_SEED,
    counts,
    label: certificateLabel(listing, certifiedName(module.from, module.root), profiles, selection, waivers),
    signal,
    ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
    onProgress: (unit, progress) => options.onEvent?.({ type: 'progress', driver, ...unit, ...progress }),
  });
  const reports = await Promise.all(
    units.map(async (unit) => {
      const report = await run.unit(unit);
      if (options.bail === true && fails(report, counts)) stop.abort();
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
    {
      selection,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.waivers === undefined ? {} : { waivers: options.waivers }),
    },
  );
  return options.shard === undefined
    ? verdict
    : { ...verdict, shard: { index, of, units: listing.jobs.length } };
}

/** Whether a report alone makes a driver fail. */
function fails({ error, findings }: ScenarioReport, counts: readonly string[]): boolean {
  const mandatory = ({ ruleId }: Finding) => !counts.includes(ruleId) && isMandatory(requireRule(ruleId));
  return error !== null || findings.some(mandatory);
}

/** @throws CheckError `MP_UNKNOWN_PROFILE`. */
export function requireProfile(name: string): void {
  if (kernelProfiles.has(name)) return;
  throw new CheckError(
    'MP_UNKNOWN_PROFILE',
    `there is no profile ${name}; there are: ${[...kernelProfiles.keys()].join(', ')}`,
  );
}
