import { createHash } from 'node:crypto';
import type { LockUse, Phase } from '@movable-pages/explore';
import { distinctRuns } from '../carry-over.js';
import { CheckError } from '../errors.js';
import type { LockSighting } from '../lock-sightings.js';
import type { RuleLevel, Trigger } from '../rule.js';
import type { Selection } from '../selection.js';
import type { ScenarioReport, Status, Verdict } from '../verdict.js';
import type { Waiver } from '../waiver.js';
import { canonical } from './canonical.js';

/** The shape of a certificate; it changes its number when it changes its meaning. @since 0.1.0 */
export const CERTIFICATE_SCHEMA = 'movable-pages/certificate@2';

/** A broken rule in a work unit. @since 0.1.0 */
export interface CertifiedFinding {
  readonly rule: string;
  readonly code: string;
  readonly preemptions: number;
  readonly faults: number;
  readonly steps: number;
  /** Executions in which it showed. */
  readonly occurrences: number;
}

/** What it has shown of the use of locks, as {@link ScenarioReport} has it, without the way there and the lines. @since 0.1.0 */
export type CertifiedLocks = Omit<LockSighting, 'schedule' | 'preemptions'>;

/** A work unit: one scenario under one profile, as {@link ScenarioReport} has it. @since 0.1.0 */
export interface CertifiedUnit {
  readonly scenario: string;
  readonly profile: string;
  readonly bound: number;
  readonly preemptions: number;
  readonly faults: number;
  readonly exhausted: boolean;
  readonly unbounded: boolean;
  readonly executions: number;
  readonly steps: number;
  readonly longest: number;
  readonly deepest: number;
  readonly abandoned: number;
  readonly sampled: number;
  readonly stop: ScenarioReport['stop'];
  readonly phases: readonly Phase[];
  readonly triggers: Readonly<Partial<Record<Trigger, number>>>;
  /** As {@link ScenarioReport.alike}. */
  readonly alike: readonly string[];
  readonly locks: readonly CertifiedLocks[];
  readonly findings: readonly CertifiedFinding[];
  /** Code of the error for which it could not run. */
  readonly error: string | null;
  /** What all executions did: see {@link ScenarioReport.digest}. */
  readonly digest: string;
}

/** One rule, over all work units: follows from them. @since 0.1.0 */
export interface CertifiedRule {
  readonly id: string;
  readonly level: RuleLevel;
  readonly status: Status;
  readonly triggers: number;
  readonly executions: number;
  readonly reason: string;
}

/** What is certified of one driver. @since 0.1.0 */
export interface CertifiedDriver {
  readonly name: string;
  readonly version: string;
  /** What it was loaded from: a file relative to where the check ran, or a package. */
  readonly from: string;
  readonly contract: string;
  readonly capabilities: readonly string[];
  /** Digest of its files, with all that they import. */
  readonly digest: string;
  readonly outcome: Verdict['outcome'];
  readonly conformant: boolean;
  readonly totals: { readonly units: number; readonly executions: number; readonly steps: number };
  readonly rules: readonly CertifiedRule[];
  readonly units: readonly CertifiedUnit[];
}

/** The verdicts of one check in a form that can be checked again. It has no time in it and no place. @since 0.1.0 */
export interface Certificate {
  readonly schema: typeof CERTIFICATE_SCHEMA;
  readonly suite: { readonly version: string; readonly digest: string };
  readonly budget: string;
  readonly seed: number;
  readonly profiles: readonly string[];
  readonly selection: Selection | null;
  readonly waivers: readonly Waiver[];
  readonly drivers: readonly CertifiedDriver[];
  /** Digest of all the rest. */
  readonly checksum: string;
}

/**
 * Makes a certificate of the verdicts of one check.
 *
 * @param suite Digest of the suite's own code.
 * @param nameOf Gives the name of a module by which it is found from any checkout.
 * @throws CheckError `MP_NO_CERTIFICATE`: there is no verdict, or one of an interrupted check, of a shard, or of a driver that was
 *   not loaded from a file.
 */
export function makeCertificate(
  verdicts: readonly Verdict[],
  suite: string,
  nameOf: (from: string) => string,
): Certificate {
  const [first] = verdicts;
  if (first === undefined) throw nothing('no driver was judged');
  const { budget, seed, profiles, selection, waivers } = first;
  return seal({
    schema: CERTIFICATE_SCHEMA,
    suite: { version: first.suite, digest: suite },
    budget,
    seed,
    profiles,
    selection,
    waivers,
    drivers: verdicts.map((verdict) => certifiedDriver(verdict, nameOf(verdict.driver.from))),
  });
}

/** Puts the checksum on what a certificate says, over the one that it may have. @since 0.1.0 */
export function seal(content: Omit<Certificate, 'checksum'>): Certificate {
  const { checksum: _, ...rest } = content as Certificate;
  return { ...rest, checksum: createHash('sha256').update(canonical(rest)).digest('hex') };
}

/** A driver's verdict as it stands in a certificate. */
export function certifiedDriver(verdict: Verdict, from: string): CertifiedDriver {
  const { driver, scenarios, outcome, conformant } = verdict;
  if (driver.digest === null) throw nothing(`${driver.name} was not loaded from a file`);
  if (verdict.shard !== undefined) throw nothing('a shard is a part; merge the shards');
  if (scenarios.some(({ stop }) => stop === 'interrupted')) throw nothing('the check was interrupted');
  const { digest } = driver;
  const runs = distinctRuns(scenarios);
  const sum = (key: 'executions' | 'steps') => runs.reduce((total, { report }) => total + report[key], 0);
  return {
    name: driver.name,
    version: driver.version,
    from,
    contract: driver.contract,
    capabilities: driver.capabilities,
    digest,
    outcome,
    conformant,
    totals: { units: scenarios.length, executions: sum('executions'), steps: sum('steps') },
    rules: verdict.rules.map(({ id, level, status, triggers, executions, reason }) => ({
      id,
      level,
      status,
      triggers,
      executions,
      reason,
    })),
    units: scenarios.map(certifiedUnit),
  };
}

/** A work unit as it stands in a certificate. */
export function certifiedUnit(report: ScenarioReport): CertifiedUnit {
  const { triggers, locks, findings, error, digest, ...rest } = report;
  return {
    ...rest,
    triggers: Object.fromEntries(Object.entries(triggers).sort(([a], [b]) => (a < b ? -1 : 1))),
    locks: locks.map(certifiedLocks),
    findings: findings.map(({ ruleId, code, preemptions, faults, steps, occurrences }) => ({
      rule: ruleId,
      code,
      preemptions,
      faults,
      steps,
      occurrences,
    })),
    error: error?.code ?? null,
    digest,
  };
}

function certifiedLocks(sighting: LockSighting): CertifiedLocks {
  const { schedule: _, preemptions: __, held, wanted, ...rest } = sighting;
  return { ...rest, held: held && withoutSite(held), wanted: wanted && withoutSite(wanted) };
}

function withoutSite(lock: LockUse): LockUse {
  const { site: _, ...rest } = lock;
  return rest;
}

function nothing(why: string): CheckError {
  return new CheckError(
    'MP_NO_CERTIFICATE',
    `there is nothing to certify: ${why}; give --certificate with a check that comes to its end`,
  );
}
