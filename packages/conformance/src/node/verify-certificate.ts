import { setMaxListeners } from 'node:events';
import { kernelProfiles } from '@movable-pages/core';
import { DEFAULT_SCHEDULE } from '@movable-pages/explore';
import { availableParallelism } from 'node:os';
import { assembleVerdict } from '../assemble-verdict.js';
import { budgets } from '../budget.js';
import { certificateLabel } from '../certificate/certificate-label.js';
import {
  certifiedDriver,
  certifiedUnit,
  seal,
  type Certificate,
  type CertifiedDriver,
  type CertifiedUnit,
} from '../certificate/certificate.js';
import { differences } from '../certificate/differences.js';
import { LARGEST, sampleUnits } from '../certificate/sample-units.js';
import type { CheckErrorCode } from '../errors.js';
import { covers } from '../lock-sightings.js';
import { countedOnly } from '../selection.js';
import type { ScenarioReport } from '../verdict.js';
import { SUITE_VERSION } from '../version.js';
import { requireWaivers } from '../waiver.js';
import { driverDigest } from './driver-digest.js';
import { DriverRun, type LoadedModule } from './driver-run.js';
import type { DriverListing } from './job.js';
import { listDrivers } from './list-drivers.js';
import { resolveModule } from './resolve-module.js';
import { suiteDigest } from './suite-digest.js';
import { WorkerPool } from './worker-pool.js';

/** How a certificate is checked. @since 0.1.0 */
export interface VerifyOptions {
  /** Folder that paths of drivers are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** Load the drivers from here instead of from where the certificate says. */
  readonly file?: string;
  /** Run all work units again. Default: a sample. */
  readonly full?: boolean;
  /** Seed by which the sample is chosen. */
  readonly seed: number;
  /** The day as `2026-12-31`, for waivers. */
  readonly today: string;
  /** Worker threads. Default: one for each processor, at most 4. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Told before each work unit that is run again. */
  readonly onUnit?: (driver: string, scenario: string, profile: string) => void;
}

/** Why a certificate does not hold. @since 0.1.0 */
export interface CertificateProblem {
  readonly code: CheckErrorCode;
  readonly message: string;
}

/** What checking a certificate gave. @since 0.1.0 */
export interface Verification {
  /** Empty if it holds. */
  readonly problems: readonly CertificateProblem[];
  /** Work units that were run again, and how many there are. */
  readonly rerun: number;
  readonly units: number;
  /** Work units of which a sample runs the beginning only. */
  readonly large: number;
}

/**
 * Checks a certificate: that nobody edited it, that driver and suite are those it was made with, that statuses and totals follow
 * from its work units, and that work units which are run again give what it says.
 *
 * @throws CheckError `MP_CANNOT_LOAD`, `MP_UNKNOWN_PROFILE`, `MP_UNKNOWN_RULE`, `MP_UNKNOWN_SCENARIO`, `MP_BAD_WAIVER`,
 *   `MP_WAIVER_EXPIRED`, `MP_WORKER_DIED`; DriverError if the driver cannot be loaded, as an error with a `code`.
 * @since 0.1.0
 */
export async function verifyCertificate(
  certificate: Certificate,
  options: VerifyOptions,
): Promise<Verification> {
  const all = certificate.drivers.flatMap((driver) => driver.units.map((unit) => ({ driver, unit })));
  const large = all.filter(({ unit }) => unit.executions > LARGEST).length;
  const problems: CertificateProblem[] = [];
  const result = (rerun: number): Verification => ({ problems, rerun, units: all.length, large });
  if (seal(certificate).checksum !== certificate.checksum) {
    problems.push({
      code: 'MP_CERTIFICATE_EDITED',
      message: 'its checksum does not fit: it was edited or damaged after it was written',
    });
    return result(0);
  }
  const suite = { version: SUITE_VERSION, digest: suiteDigest() };
  if (certificate.suite.digest !== suite.digest || certificate.suite.version !== suite.version) {
    problems.push({
      code: 'MP_CERTIFICATE_SUITE',
      message: `it was made by suite ${certificate.suite.version} (${short(certificate.suite.digest)}), and this is ${suite.version} (${short(suite.digest)}); check the driver again`,
    });
    return result(0);
  }
  requireWaivers(certificate.waivers, options.today);
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const pool = new WorkerPool(options.workers ?? Math.min(availableParallelism(), 4));
  try {
    const modules = await loadModules(pool, certificate, options);
    for (const module of modules) problems.push(...module.problems);
    problems.push(...outerProblems(certificate));
    if (problems.length > 0) return result(0);
    const units = modules.flatMap(({ drivers, module }) =>
      drivers.flatMap((driver) => driver.units.map((unit) => ({ driver, unit, module }))),
    );
    const chosen = options.full === true ? units : sampleUnits(units, options.seed);
    problems.push(...(await runAgain(pool, certificate, chosen, options)));
    return result(chosen.length);
  } finally {
    await pool.close();
  }
}

/** A module of a certificate as it is now. */
interface ModuleNow {
  readonly module: LoadedModule;
  readonly drivers: readonly CertifiedDriver[];
  readonly problems: readonly CertificateProblem[];
}

async function loadModules(
  pool: WorkerPool,
  certificate: Certificate,
  options: VerifyOptions,
): Promise<ModuleNow[]> {
  const cwd = options.cwd ?? process.cwd();
  const { profiles, selection } = certificate;
  const names = [...new Set(certificate.drivers.map(({ from }) => from))];
  const found: ModuleNow[] = [];
  for (const from of names) {
    const drivers = certificate.drivers.filter((driver) => driver.from === from);
    const module = { url: resolveModule(options.file ?? from, cwd), from, root: cwd };
    const digest = driverDigest(module.url);
    const changed = drivers.filter((driver) => driver.digest !== digest);
    if (changed.length > 0) {
      const problems = changed.map((driver) => ({
        code: 'MP_CERTIFICATE_DRIVER' as const,
        message: `${driver.name}: ${from}, or something that it imports, is not what was certified (${short(driver.digest)}, now ${short(digest)}); check it again`,
      }));
      found.push({ module, drivers: [], problems });
      continue;
    }
    const listings = await listDrivers(pool, {
      ...module,
      profiles,
      scenarios: selection?.scenarios ?? null,
      rules: selection?.rules ?? null,
    });
    const here = listings.map((listing) => ({ ...listing, digest }));
    found.push({ module, drivers, problems: driverProblems(certificate, drivers, here) });
  }
  return found;
}

/** What the certificate says of the drivers of a module, against the drivers themselves and its own work units. */
function driverProblems(
  certificate: Certificate,
  drivers: readonly CertifiedDriver[],
  listings: readonly DriverListing[],
): CertificateProblem[] {
  const found = differences(
    drivers.map(({ name }) => name),
    listings.map(({ name }) => name),
    'drivers',
  );
  const { budget, profiles, seed, selection, waivers } = certificate;
  drivers.forEach((driver, index) => {
    const listing = listings[index];
    if (listing?.name !== driver.name) return;
    const most = budgets[budget as keyof typeof budgets].preemptions;
    const key = (unit: { scenario: string; profile: string; bound: number }) =>
      `${unit.scenario} ${unit.profile} ${Math.min(unit.bound, most)}`;
    found.push(...differences(driver.units.map(key), listing.jobs.map(key), `${driver.name}.units`));
    const judged = { ...listing, capabilities: new Set(listing.capabilities) };
    const reports = driver.units.map(reportOf);
    const verdict = assembleVerdict(judged, driver.from, budget, profiles, reports, {
      seed,
      selection,
      waivers,
    });
    found.push(...differences(driver, certifiedDriver(verdict, driver.from), driver.name));
    found.push(...driver.units.flatMap((unit) => phaseProblems(unit, driver.name)));
  });
  return found.map(differs);
}

/** The executions of a unit are those of its phases. */
function phaseProblems({ scenario, profile, executions, phases }: CertifiedUnit, driver: string): string[] {
  const sum = phases.reduce((total, phase) => total + phase.executions, 0);
  if (sum === executions) return [];
  return [`${driver} in ${scenario}, ${profile}: ${executions} executions in the file, ${sum} in its phases`];
}

/** Whether the certificate holds anything that it should not, or lacks something, outside of its drivers. */
function outerProblems(certificate: Certificate): CertificateProblem[] {
  const { schema, suite, budget, seed, selection, waivers, drivers, checksum } = certificate;
  const plain: Certificate = {
    schema,
    suite: { version: suite.version, digest: suite.digest },
    budget,
    seed,
    profiles: selection?.profiles ?? [...kernelProfiles.keys()],
    selection:
      selection === null
        ? null
        : { rules: selection.rules, scenarios: selection.scenarios, profiles: selection.profiles },
    waivers: waivers.map(({ rule, reason, until }) => ({ rule, reason, until })),
    drivers,
    checksum,
  };
  return differences(certificate, plain, '').map(differs);
}

/** A work unit that is to be run again. */
interface UnitToRun {
  readonly module: LoadedModule;
  readonly driver: CertifiedDriver;
  readonly unit: CertifiedUnit;
}

async function runAgain(
  pool: WorkerPool,
  certificate: Certificate,
  chosen: readonly UnitToRun[],
  options: VerifyOptions,
): Promise<CertificateProblem[]> {
  const { profiles, selection, waivers, seed } = certificate;
  const whole = budgets[certificate.budget as keyof typeof budgets];
  const found = await Promise.all(
    chosen.map(async ({ driver, unit, module }) => {
      const begun = options.full !== true && unit.executions > LARGEST;
      const run = new DriverRun(pool, module, driver, {
        budget: begun ? { ...whole, maxExecutions: LARGEST, tryAll: Math.min(whole.tryAll, LARGEST) } : whole,
        seed,
        counts: countedOnly(selection, waivers),
        label: certificateLabel(driver, driver.from, profiles, selection, waivers),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      options.onUnit?.(driver.name, unit.scenario, unit.profile);
      const now = certifiedUnit(await run.unit(unit));
      if (begun) return beginningProblems(unit, now, driver.name);
      return differences(unit, now, `${driver.name} in ${unit.scenario}, ${unit.profile}`);
    }),
  );
  return found.flat().map(differs);
}

/** What the beginning of a unit that is too large for a sample says against it. */
function beginningProblems(unit: CertifiedUnit, now: CertifiedUnit, driver: string): string[] {
  const where = `${driver} in ${unit.scenario}, ${unit.profile}`;
  if (now.error !== unit.error) return [`${where}.error: ${unit.error} in the file, ${now.error} now`];
  const known = new Set(unit.findings.map(({ rule }) => rule));
  const news = now.findings.filter(({ rule }) => !known.has(rule));
  if (!now.locks.every((each) => unit.locks.some((seen) => covers(seen, each))))
    return [`${where}.locks: what the beginning shows is not in the file`];
  if (news.length > 0) return news.map(({ rule }) => `${where}.findings: ${rule} is not in the file`);
  if (known.size > 0 || now.executions >= LARGEST) return [];
  return [`${where}.executions: ${unit.executions} in the file, ${now.executions} now`];
}

/** A report that gives the verdict which a work unit gave. */
function reportOf(unit: CertifiedUnit): ScenarioReport {
  return {
    ...unit,
    locks: unit.locks.map((each) => ({ ...each, schedule: DEFAULT_SCHEDULE, preemptions: 0 })),
    findings: unit.findings.map(({ rule, ...finding }) => ({ ...finding, ruleId: rule })),
    error: unit.error === null ? null : { code: unit.error, message: '' },
  } as unknown as ScenarioReport;
}

function differs(message: string): CertificateProblem {
  return { code: 'MP_CERTIFICATE_DIFFERS', message };
}

function short(digest: string): string {
  return digest.slice(0, 12);
}
