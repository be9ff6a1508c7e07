import { kernelProfiles } from '@movable-pages/core';
import type { ScenarioReport } from './verdict.js';

/**
 * The report of the same scenario under another profile, if it follows from this one; else null. It is the report that
 * running it would have given: see {@link ScenarioReport.alike}. What has findings is run: they name their profile.
 */
export function carryOver(report: ScenarioReport, profile: string): ScenarioReport | null {
  const { alike, error, findings, stop } = report;
  if (!alike.includes(profile) || error !== null || findings.length > 0 || stop === 'interrupted')
    return null;
  const others = [...kernelProfiles.keys()].filter(
    (name) => name !== profile && (name === report.profile || alike.includes(name)),
  );
  return { ...report, profile, alike: others };
}

/** The first report that carries over. */
export function carriedFrom(reports: Iterable<ScenarioReport>, profile: string): ScenarioReport | null {
  for (const report of reports) {
    const carried = carryOver(report, profile);
    if (carried !== null) return carried;
  }
  return null;
}

/**
 * The reports whose executions are not those of an earlier one, each with all the profiles that it stands for: what was
 * run, and what sums are made of.
 */
export function distinctRuns(
  reports: readonly ScenarioReport[],
): { readonly report: ScenarioReport; readonly profiles: readonly string[] }[] {
  const runs: { report: ScenarioReport; profiles: string[] }[] = [];
  for (const report of reports) {
    const same = runs.find(
      (run) => run.report.scenario === report.scenario && carryOver(run.report, report.profile) !== null,
    );
    if (same === undefined) runs.push({ report, profiles: [report.profile] });
    else same.profiles.push(report.profile);
  }
  return runs;
}
