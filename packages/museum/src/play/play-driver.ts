import {
  checkDriver,
  renderFinding,
  type Budget,
  type Finding,
  type ScenarioReport,
} from '@movable-pages/conformance';
import type { DriverDefinition } from '@movable-pages/core';
import { detectorsOf } from '../detector.js';
import type { DriverTwins, Exhibit } from '../exhibit.js';
import { brokenBudget, repairedBudget } from './budget.js';
import type { Playing, Searched, Shown } from './playing.js';

/** The kernel that exhibits run on. */
const PROFILE = 'linux-6.1';

/** The package that a token loads the drivers from. */
const FROM = '@movable-pages/museum/drivers';

/** Repaired twins are often one and the same base: what was searched once need not be searched again. */
export type RepairedReports = Map<DriverDefinition, Map<string, ScenarioReport>>;

/** Has the suite judge both twins of a driver exhibit. */
export function playDriver(
  exhibit: Exhibit,
  twins: DriverTwins,
  known: RepairedReports,
  root: string,
): Playing {
  const searched: Searched[] = [];
  let finding: Shown | null = null;
  let caught = false;
  for (const scenario of twins.scenarios) {
    const report = search(twins.broken, scenario, brokenBudget, root);
    searched.push(searchedIn(report));
    const shown = report.findings.map((each) => show(each, report));
    const right = shown.find(({ detectors }) => detectors.some((each) => exhibit.detectors.includes(each)));
    finding = right ?? finding ?? shown[0] ?? null;
    caught = right !== undefined;
    if (caught) break;
  }
  const repaired = twins.scenarios.map((scenario) => repairedReport(twins.repaired, scenario, known, root));
  const complaint = repaired.map(complaintOf).find((each) => each !== null) ?? null;
  return {
    exhibit,
    caught,
    finding,
    brokenSearched: searched,
    clean: complaint === null,
    complaint,
    repairedSearched: repaired.map(searchedIn),
  };
}

function search(driver: DriverDefinition, scenario: string, budget: Budget, root: string): ScenarioReport {
  const verdict = checkDriver(driver, {
    scenarios: [scenario],
    profiles: [PROFILE],
    budget,
    from: FROM,
    root,
  });
  const [report] = verdict.scenarios;
  if (report === undefined) throw new Error(`${scenario} does not fit ${driver.name}`);
  return report;
}

function repairedReport(
  driver: DriverDefinition,
  scenario: string,
  known: RepairedReports,
  root: string,
): ScenarioReport {
  let reports = known.get(driver);
  if (reports === undefined) known.set(driver, (reports = new Map()));
  let report = reports.get(scenario);
  if (report === undefined) {
    report = search(driver, scenario, repairedBudget, root);
    reports.set(scenario, report);
  }
  return report;
}

function complaintOf(report: ScenarioReport): string | null {
  if (report.error !== null) return `${report.scenario}: ${report.error.code}: ${report.error.message}`;
  const [first] = report.findings;
  return first === undefined ? null : `${report.scenario}: ${first.ruleId}: ${first.title}`;
}

function searchedIn(report: ScenarioReport): Searched {
  return {
    scenario: report.scenario,
    schedules: report.executions,
    preemptions: report.preemptions,
    faults: report.faults,
    complete: report.exhausted || report.preemptions >= report.bound,
  };
}

function show(finding: Finding, report: ScenarioReport): Shown {
  return {
    detectors: detectorsOf(finding.code, finding.title),
    rule: finding.ruleId,
    code: finding.code,
    title: finding.title,
    scenario: finding.scenario,
    schedules: report.executions,
    preemptions: finding.preemptions,
    faults: finding.faults,
    steps: finding.steps,
    text: (options) => renderFinding(finding, options, { schedules: report.executions }),
  };
}
