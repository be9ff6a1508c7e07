import { DriverError, type DriverDefinition, type DriverOptions } from '@movable-pages/core';
import {
  explore,
  type Beacon,
  type ExploreResult,
  type Found,
  type Progress,
  type SavedExploration,
} from '@movable-pages/explore';
import { MachineError } from '@movable-pages/machine';
import type { Budget } from './budget.js';
import { buildScenario, type BuiltScenario } from './build-scenario.js';
import { CheckError } from './errors.js';
import type { Finding } from './finding.js';
import { lockSightings } from './lock-sightings.js';
import { makeFinding } from './make-finding.js';
import { isMandatory, type Trigger } from './rule.js';
import { rules } from './rules/index.js';
import type { Scenario } from './scenario.js';
import type { ScenarioReport } from './verdict.js';

/** One unit of work of a check. @since 0.1.0 */
export interface ScenarioJob {
  readonly definition: DriverDefinition;
  readonly options?: DriverOptions;
  /** What was given to load the driver. */
  readonly from: string;
  readonly scenario: Scenario;
  readonly profile: string;
  readonly budget: Budget;
  /** Folder that source lines are relative to. */
  readonly root: string;
  readonly seed?: number;
  /** Rules of which it is only counted how often they are broken: they are switched off, or not asked for. */
  readonly counts?: readonly string[];
  /** What the report is for: part of its digest. */
  readonly label?: string;
  readonly beacon?: Beacon;
  readonly interrupted?: (progress: Progress) => boolean;
  /** Called now and then, and last when the search is ended early, with a function that gives what is needed to go on. */
  readonly onSave?: (save: () => SavedScenario, last: boolean) => void;
  /** Goes on from where this very job was saved. */
  readonly resume?: SavedScenario;
}

/** A scenario that is being searched, as plain data. @since 0.1.0 */
export interface SavedScenario {
  /** What the first search found, if that was advice only and the second one runs. */
  readonly advised: ScenarioReport | null;
  readonly exploration: SavedExploration;
  readonly triggers: Readonly<Partial<Record<Trigger, number>>>;
  readonly advice: Readonly<Record<string, number>>;
  /** As {@link ScenarioReport.alike}, so far. */
  readonly alike: readonly string[];
}

/** Seed of sampled schedules, if none is given. @since 0.1.0 */
export const DEFAULT_SEED = 1;

/** Executions of a search that are run again on a driver made anew. */
const FRESH_RUNS = 8;

/**
 * Explores one scenario under one profile and reports. Never throws for a fault of the driver: that is in the report.
 *
 * @since 0.1.0
 */
export function checkScenario(job: ScenarioJob): ScenarioReport {
  const bound = Math.min(job.scenario.preemptions, job.budget.preemptions);
  try {
    const first = job.resume?.advised ?? search(job, bound, null).report;
    const counted = countedRules(job);
    const onlyAdvice = first.findings.length > 0 && first.findings.every(({ ruleId }) => counted.has(ruleId));
    if (!onlyAdvice || first.stop === 'interrupted') return first;
    // Advice must not keep the mandatory rules from being searched to the end of the bound.
    const { report: second, advice } = search(job, bound, first);
    const again = new Set(second.findings.map(({ ruleId }) => ruleId));
    const once = first.findings.filter(({ ruleId }) => !again.has(ruleId));
    const advised = once.map((finding) => ({
      ...finding,
      occurrences: advice.get(finding.ruleId) ?? finding.occurrences,
    }));
    return { ...second, findings: [...second.findings, ...advised] };
  } catch (error) {
    return emptyReport(job, bound, codeOf(error), error instanceof Error ? error.message : String(error));
  }
}

/** Searches; what breaks a rule that is not mandatory is reported, or only counted if it was reported before. */
function search(
  job: ScenarioJob,
  bound: number,
  advised: ScenarioReport | null,
): { report: ScenarioReport; advice: ReadonlyMap<string, number> } {
  const build = () => {
    const built = buildScenario(job.definition, job.scenario, job.profile, job.options);
    if (advised !== null) built.judge.onlyCounts = countedRules(job);
    return built;
  };
  const ready = build();
  const { judge, watch } = ready;
  const resume = (job.resume?.advised ?? null) === advised ? job.resume : undefined;
  for (const [trigger, count] of Object.entries(resume?.triggers ?? {}))
    judge.triggers.set(trigger as Trigger, count);
  for (const [rule, count] of Object.entries(resume?.advice ?? {})) judge.advice.set(rule, count);
  if (resume !== undefined) watch.keep(resume.alike);
  const result = explore(ready.program, {
    search: job.budget.search,
    tryAll: job.budget.tryAll,
    endings: false,
    fresh: () => build().program,
    freshRuns: FRESH_RUNS,
    onSave: (save, last) =>
      job.onSave?.(
        () => ({
          advised,
          exploration: save(),
          triggers: Object.fromEntries(judge.triggers),
          advice: Object.fromEntries(judge.advice),
          alike: watch.names(),
        }),
        last,
      ),
    ...(resume === undefined ? {} : { resume: resume.exploration }),
    preemptions: bound,
    beyond: job.budget.beyond,
    faults: job.scenario.faults,
    maxExecutions: job.budget.maxExecutions,
    maxSteps: job.budget.maxSteps,
    seed: job.seed ?? DEFAULT_SEED,
    label: [job.scenario.id, job.budget.name, job.label ?? ''].join(' '),
    ...(job.beacon === undefined ? {} : { beacon: job.beacon }),
    ...(job.interrupted === undefined ? {} : { interrupted: job.interrupted }),
  });
  return { report: report(job, bound, ready, result), advice: judge.advice };
}

/** Rules that end no search: those that are advice, and those that are not to be judged. */
function countedRules({ counts = [] }: ScenarioJob): Set<string> {
  const advice = rules.filter((rule) => !isMandatory(rule)).map(({ id }) => id);
  return new Set([...advice, ...counts]);
}

function report(
  job: ScenarioJob,
  bound: number,
  ready: BuiltScenario,
  result: ExploreResult,
): ScenarioReport {
  return {
    scenario: job.scenario.id,
    profile: job.profile,
    executions: result.executions,
    steps: result.steps,
    preemptions: result.completedPreemptions,
    faults: result.faults,
    exhausted: result.exhausted,
    unbounded: result.unbounded,
    abandoned: result.abandoned,
    deepest: result.deepest,
    phases: result.phases,
    bound,
    longest: result.longest,
    stop: result.stop,
    sampled: result.sampled,
    digest: result.digest,
    triggers: Object.fromEntries(ready.judge.triggers),
    alike: ready.watch.names(),
    locks: lockSightings(result.lockFacts, ready.kernel.machine, job.definition.name, job.root),
    findings: result.found.map((found) => findingOf(job, ready, found)),
    error: null,
  };
}

function findingOf(job: ScenarioJob, ready: BuiltScenario, found: Found): Finding {
  return makeFinding(
    {
      definition: job.definition,
      from: job.from,
      scenario: job.scenario.id,
      profile: job.profile,
      root: job.root,
    },
    ready.judge,
    {
      violation: found.violation,
      trace: found.counterexample.trace,
      schedule: found.schedule,
      steps: found.steps,
    },
    { preemptions: found.preemptions, faults: found.faults, occurrences: found.occurrences },
  );
}

/** The report of a scenario that could not run. */
export function emptyReport(
  job: Pick<ScenarioJob, 'scenario' | 'profile'>,
  bound: number,
  code: string,
  message: string,
): ScenarioReport {
  return {
    scenario: job.scenario.id,
    profile: job.profile,
    executions: 0,
    steps: 0,
    preemptions: -1,
    faults: job.scenario.faults,
    exhausted: false,
    unbounded: false,
    abandoned: 0,
    deepest: 0,
    phases: [],
    bound,
    longest: 0,
    stop: 'error',
    sampled: 0,
    digest: '',
    triggers: {},
    alike: [],
    locks: [],
    findings: [],
    error: { code, message },
  };
}

function codeOf(error: unknown): string {
  if (error instanceof DriverError || error instanceof MachineError || error instanceof CheckError)
    return error.code;
  return 'MP_CREATE_FAILED';
}
