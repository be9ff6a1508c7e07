import type { DriverClass, DriverDefinition } from '@movable-pages/core';
import { expect } from 'vitest';
import { assembleVerdict } from '../assemble-verdict.js';
import { budgets } from '../budget.js';
import { checkDriver } from '../check-driver.js';
import { checkScenario } from '../check-scenario.js';
import type { Finding } from '../finding.js';
import type { Scenario } from '../scenario.js';
import { scenarios as suite } from '../scenarios/index.js';
import type { RuleReport, Verdict } from '../verdict.js';
import { listDriver } from './list-driver.fixture.js';

const PROFILE = 'linux-5.10';

/** Enough for the right driver in the quick tier; the slow one searches the whole bound of each scenario. */
const BRIEF = { ...budgets.quick, name: 'brief', preemptions: 1 };

/** Checks a driver in a few scenarios under the default profile. */
export function check(driver: DriverDefinition | DriverClass, ...scenarios: string[]): Verdict {
  return checkDriver(driver, { scenarios, profiles: [PROFILE] });
}

/** As {@link check}, no deeper than one preemption. */
export function checkBriefly(driver: DriverDefinition | DriverClass, ...scenarios: string[]): Verdict {
  return checkDriver(driver, { scenarios, profiles: [PROFILE], budget: BRIEF });
}

/**
 * What is found in any scenario there is, as `scenario: rule`. By searching: nothing is sampled, so nothing is found by luck.
 */
export function foundAnywhere(driver: DriverDefinition, preemptions = 1): string[] {
  const { findings } = checkDriver(driver, {
    scenarios: suite.map(({ id }) => id),
    profiles: [PROFILE],
    budget: { ...BRIEF, preemptions, beyond: 0 },
  });
  return findings.map(({ scenario, ruleId }) => `${scenario}: ${ruleId}`);
}

const fromNothing: Scenario = suite.find((scenario) => scenario.id === 'from-nothing')!;

/** Checks a driver in {@link fromNothing}. */
export function checkFromNothing(definition: DriverDefinition, budget = budgets.quick): Verdict {
  const report = checkScenario({
    definition,
    from: definition.name,
    scenario: fromNothing,
    profile: PROFILE,
    budget,
    root: '',
  });
  return assembleVerdict(definition, definition.name, budget.name, [PROFILE], [report]);
}

const right = new Map<string, Verdict>();

/** The verdict on the right driver in one scenario; worked out once. */
export function rightVerdict(scenario: string): Verdict {
  let verdict = right.get(scenario);
  if (verdict === undefined) {
    verdict =
      scenario === fromNothing.id
        ? checkFromNothing(listDriver(), BRIEF)
        : checkBriefly(listDriver(), scenario);
    expect(verdict.findings).toEqual([]);
    right.set(scenario, verdict);
  }
  return verdict;
}

/** The report on one rule. */
export function ruleOf(verdict: Verdict, id: string): RuleReport {
  const report = verdict.rules.find((rule) => rule.id === id);
  if (report === undefined) throw new Error(`there is no rule ${id}`);
  return report;
}

/** The ids of the rules that failed. */
export function failedRules(verdict: Verdict): string[] {
  return verdict.rules.filter((rule) => rule.status === 'fail').map((rule) => rule.id);
}

/** Text in which every page is page N: which one it is depends on how many there are. */
function anyPage(text: string): string {
  return text.replace(/\bpage \d+/g, 'page N');
}

/** The text of the last operation in the trace of a finding: the step it showed in, or the last one before it. */
export function lastOperation(finding: Finding): string | undefined {
  const last = finding.trace.findLast((entry) => entry.kind === 'op');
  return last === undefined ? undefined : anyPage(last.text);
}

/** The place in a driver that a finding names: its own, else that of the last operation of its trace. */
export function placeOf(finding: Finding): string | null {
  if (finding.where.source !== null) return finding.where.source;
  const site = finding.trace.findLast((entry) => entry.kind === 'op')?.site ?? '';
  const [, place] = /([\w-]+\/[\w-]+\.fixture\.ts:\d+)/.exec(site) ?? [];
  return place ?? null;
}

/** The report on a rule that was put to the test and held, as far as {@link BRIEF} goes: too short for a pass. */
export const passed = {
  status: 'inconclusive',
  reason: expect.stringMatching(/: searched with at most 1 preemption; a pass needs 2$/) as string,
  triggers: expect.toSatisfy((triggers: number) => triggers > 0) as number,
};

/**
 * Asserts that a verdict fails one rule and no other, and that its first finding can be shown; gives that finding, the
 * cheapest one.
 */
export function expectOnly(verdict: Verdict, id: string): Finding {
  expect(verdict.outcome).toBe('not-conformant');
  expect(failedRules(verdict)).toEqual([id]);
  return expectFinding(verdict.findings[0]!, id);
}

/** Asserts that a finding is of a rule and has everything that a report shows; gives it, its pages without numbers. */
function expectFinding(finding: Finding, id: string): Finding {
  expect(finding).toMatchObject({ ruleId: id, profile: PROFILE });
  expect(finding.title).not.toBe('');
  expect(finding.expected).not.toBe('');
  expect(finding.received).not.toBe('');
  expect(finding.expected).not.toBe(finding.received);
  expect(finding.hint).not.toBe('');
  expect(finding.token).toMatch(/^mp2\./);
  expect(finding.occurrences).toBeGreaterThan(0);
  const last = finding.trace.at(-1);
  expect(last).toBeDefined();
  if (finding.where.thread !== null && finding.code !== 'MP_DEADLOCK' && finding.code !== 'MP_LIVELOCK') {
    expect(last!.thread).toBe(finding.where.thread);
  }
  return {
    ...finding,
    title: anyPage(finding.title),
    expected: anyPage(finding.expected),
    received: anyPage(finding.received),
  };
}
