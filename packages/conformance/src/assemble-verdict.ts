import type { Capability } from '@movable-pages/core';
import { applies, isMandatory, type Rule } from './rule.js';
import { rules } from './rules/index.js';
import type { RuleReport, ScenarioReport, Verdict } from './verdict.js';
import { SUITE_VERSION } from './version.js';

/** What a verdict says of the driver: a definition, or what crossed from a worker. @since 0.1.0 */
export interface JudgedDriver {
  readonly name: string;
  readonly version: string;
  readonly contract: string;
  readonly capabilities: ReadonlySet<Capability>;
}

/**
 * Judges a driver from the reports of its scenarios: every rule gets a status, and the worst of the mandatory ones is
 * the outcome.
 *
 * @since 0.1.0
 */
export function assembleVerdict(
  definition: JudgedDriver,
  from: string,
  budget: string,
  profiles: readonly string[],
  scenarios: readonly ScenarioReport[],
): Verdict {
  const reports = rules.map((rule) => judgeRule(rule, definition, scenarios));
  const mandatory = reports.filter((_, index) => isMandatory(rules[index]!));
  const outcome = outcomeOf(mandatory, scenarios);
  return {
    driver: {
      name: definition.name,
      version: definition.version,
      from,
      contract: definition.contract,
      capabilities: [...definition.capabilities],
    },
    suite: SUITE_VERSION,
    budget,
    profiles,
    conformant: outcome === 'conformant',
    outcome,
    rules: reports,
    scenarios,
    findings: scenarios.flatMap((scenario) => scenario.findings),
  };
}

function outcomeOf(
  mandatory: readonly RuleReport[],
  scenarios: readonly ScenarioReport[],
): Verdict['outcome'] {
  const has = (status: RuleReport['status']) => mandatory.some((report) => report.status === status);
  if (has('fail')) return 'not-conformant';
  if (scenarios.some((scenario) => scenario.stop === 'interrupted')) return 'interrupted';
  if (has('broken')) return 'broken';
  return has('vacuous') || has('inconclusive') ? 'inconclusive' : 'conformant';
}

function judgeRule(rule: Rule, definition: JudgedDriver, scenarios: readonly ScenarioReport[]): RuleReport {
  const triggered = scenarios.filter((scenario) => (scenario.triggers[rule.trigger] ?? 0) > 0);
  const base = {
    id: rule.id,
    title: rule.title,
    level: rule.level,
    triggers: triggered.reduce((sum, scenario) => sum + scenario.triggers[rule.trigger]!, 0),
    executions: triggered.reduce((sum, scenario) => sum + scenario.executions, 0),
  };
  if (scenarios.some((scenario) => scenario.findings.some((finding) => finding.ruleId === rule.id))) {
    return { ...base, status: 'fail', reason: '' };
  }
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
        ? 'another rule failed first'
        : `stopped at ${cut.executions} schedules (${cut.stop})`;
    return { ...base, status: 'inconclusive', reason: `${cut.scenario}, ${cut.profile}: ${why}` };
  }
  const { optional } = rule;
  const may =
    optional !== undefined && scenarios.some((scenario) => (scenario.triggers[optional.although] ?? 0) > 0);
  if (base.triggers === 0 && may) return { ...base, status: 'skip', reason: optional.why };
  if (base.triggers === 0)
    return { ...base, status: 'vacuous', reason: `nothing triggered it (${rule.trigger})` };
  return { ...base, status: 'pass', reason: '' };
}

/** Whether a search completed the bound that a pass must name. */
function reachedBound(scenario: ScenarioReport): boolean {
  return scenario.exhausted || scenario.preemptions >= scenario.bound;
}
