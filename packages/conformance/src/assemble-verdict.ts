import { counted } from '@movable-pages/explore';
import type { Capability } from '@movable-pages/core';
import { distinctRuns } from './carry-over.js';
import { DEFAULT_SEED } from './check-scenario.js';
import type { Finding } from './finding.js';
import { judgeLocksTogether } from './judge-locks-together.js';
import { applies, isMandatory, type Rule } from './rule.js';
import { rules } from './rules/index.js';
import { reachedBound, tooLittle } from './searched-enough.js';
import type { Selection } from './selection.js';
import type { RuleReport, ScenarioReport, Verdict } from './verdict.js';
import { SUITE_VERSION } from './version.js';
import type { Waiver } from './waiver.js';

/** What a verdict says of the driver: a definition, or what crossed from a worker. @since 0.1.0 */
export interface JudgedDriver {
  readonly name: string;
  readonly version: string;
  readonly contract: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Digest of its files, if it was loaded from some. */
  readonly digest?: string;
}

/** What else a verdict says. @since 0.1.0 */
export interface VerdictContext {
  /** Seed of sampled schedules. Default 1. */
  readonly seed?: number;
  /** What the check was narrowed to. Default: nothing was left out. */
  readonly selection?: Selection | null;
  /** Rules that are switched off. */
  readonly waivers?: readonly Waiver[];
}

/**
 * Judges a driver from the reports of its scenarios: every rule gets a status, and the worst of the mandatory ones is
 * the outcome. Where something was left out, by a selection or a waiver, the best outcome is `partial`.
 *
 * @since 0.1.0
 */
export function assembleVerdict(
  definition: JudgedDriver,
  from: string,
  budget: string,
  profiles: readonly string[],
  scenarios: readonly ScenarioReport[],
  context: VerdictContext = {},
): Verdict {
  const { seed = DEFAULT_SEED, selection = null, waivers = [] } = context;
  const judged = rules.filter(({ id }) => selection?.rules?.includes(id) ?? true);
  const { name, version } = definition;
  const findings = [
    ...scenarios.flatMap((scenario) => scenario.findings),
    ...judgeLocksTogether({ name, version, from }, scenarios),
  ];
  const reports = judged.map((rule) => {
    const report = judgeRule(rule, definition, scenarios, findings);
    const waiver = waivers.find((each) => each.rule === rule.id);
    return waiver === undefined ? report : disabled(report, waiver);
  });
  const mandatory = reports.filter((_, index) => isMandatory(judged[index]!));
  const whole = selection === null && !mandatory.some(({ status }) => status === 'disabled');
  const outcome = outcomeOf(mandatory, scenarios, whole);
  return {
    driver: {
      name: definition.name,
      version: definition.version,
      from,
      contract: definition.contract,
      capabilities: [...definition.capabilities],
      digest: definition.digest ?? null,
    },
    suite: SUITE_VERSION,
    budget,
    seed,
    selection,
    waivers,
    profiles,
    conformant: outcome === 'conformant',
    outcome,
    rules: reports,
    scenarios,
    findings: findings.filter(({ ruleId }) => judged.some(({ id }) => id === ruleId)),
  };
}

function outcomeOf(
  mandatory: readonly RuleReport[],
  scenarios: readonly ScenarioReport[],
  whole: boolean,
): Verdict['outcome'] {
  const has = (status: RuleReport['status']) => mandatory.some((report) => report.status === status);
  if (has('fail')) return 'not-conformant';
  if (scenarios.some((scenario) => scenario.stop === 'interrupted')) return 'interrupted';
  if (has('broken')) return 'broken';
  if (has('vacuous') || has('inconclusive')) return 'inconclusive';
  return whole ? 'conformant' : 'partial';
}

function disabled(report: RuleReport, { reason, until }: Waiver): RuleReport {
  const now = report.status === 'fail' ? 'it fails now' : `it would be ${report.status} now`;
  return { ...report, status: 'disabled', reason: `until ${until}: ${reason} (${now})` };
}

function judgeRule(
  rule: Rule,
  definition: JudgedDriver,
  scenarios: readonly ScenarioReport[],
  findings: readonly Finding[],
): RuleReport {
  const triggered = scenarios.filter((scenario) => (scenario.triggers[rule.trigger] ?? 0) > 0);
  const runs = distinctRuns(triggered).map(({ report }) => report);
  const base = {
    id: rule.id,
    title: rule.title,
    level: rule.level,
    triggers: runs.reduce((sum, scenario) => sum + scenario.triggers[rule.trigger]!, 0),
    executions: runs.reduce((sum, scenario) => sum + scenario.executions, 0),
  };
  if (findings.some(({ ruleId }) => ruleId === rule.id)) return { ...base, status: 'fail', reason: '' };
  if (!applies(rule, definition.capabilities)) {
    const why =
      rule.needs !== undefined && !definition.capabilities.has(rule.needs)
        ? `needs ${rule.needs}`
        : `not with ${rule.unless}`;
    return { ...base, status: 'skip', reason: why };
  }
  const broken = scenarios.find((scenario) => scenario.error !== null);
  if (broken !== undefined)
    return { ...base, status: 'broken', reason: `${broken.scenario}: ${broken.error!.code}` };
  const cut = scenarios.find((scenario) => !reachedBound(scenario));
  if (cut !== undefined) {
    const why =
      cut.stop === 'violation'
        ? `${[...new Set(cut.findings.map(({ ruleId }) => ruleId))].join(', ')} failed first`
        : `stopped at ${counted(cut.executions, 'schedule')} (${cut.stop})`;
    return { ...base, status: 'inconclusive', reason: `${cut.scenario}, ${cut.profile}: ${why}` };
  }
  const { optional } = rule;
  const may =
    optional !== undefined && scenarios.some((scenario) => (scenario.triggers[optional.although] ?? 0) > 0);
  if (base.triggers === 0 && may) return { ...base, status: 'skip', reason: optional.why };
  if (base.triggers === 0)
    return { ...base, status: 'vacuous', reason: `nothing triggered it (${rule.trigger})` };
  const little = tooLittle(triggered, isSelected(rule));
  if (little !== null) return { ...base, status: 'inconclusive', reason: little };
  return { ...base, status: 'pass', reason: '' };
}

/** A rule that only some drivers meet, or only at some moments: it has scenarios of its own, smaller ones. */
function isSelected({ needs, unless, optional }: Rule): boolean {
  return needs !== undefined || unless !== undefined || optional !== undefined;
}
