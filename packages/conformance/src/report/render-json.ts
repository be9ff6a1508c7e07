import type { Finding } from '../finding.js';
import { driverLine, kernelFunction } from '../source-place.js';
import type { ScenarioReport, Verdict } from '../verdict.js';

/** The shape of the JSON report; it changes its number when it changes its meaning. @since 0.1.0 */
export const VERDICT_SCHEMA = 'movable-pages/verdict@1';

/** A driver that could not be loaded, in a JSON report. @since 0.1.0 */
export interface LoadFailure {
  readonly from: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Verdicts as JSON. Stacks are reduced to lines of the driver; nothing in it depends on the time or the machine.
 *
 * @param root Folder that source lines are relative to.
 * @since 0.1.0
 */
export function renderJson(
  verdicts: readonly Verdict[],
  root = '',
  failures: readonly LoadFailure[] = [],
): string {
  const report = {
    schema: VERDICT_SCHEMA,
    verdicts: verdicts.map((verdict) => ({
      ...verdict,
      scenarios: verdict.scenarios.map(plainScenario),
      findings: verdict.findings.map((finding) => plainFinding(finding, root)),
    })),
    failures,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function plainScenario(report: ScenarioReport): object {
  const { findings, locks: _, ...scenario } = report;
  return { ...scenario, findings: findings.length };
}

/** A finding as JSON: its trace with lines instead of stacks. */
function plainFinding(finding: Finding, root: string): object {
  return {
    ...finding,
    trace: finding.trace.map(({ site, ...entry }) => ({
      ...entry,
      source: driverLine(site, root),
      kernel: kernelFunction(site),
    })),
  };
}
