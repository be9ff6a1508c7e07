import type { Finding } from '../finding.js';
import type { Verdict } from '../verdict.js';
import { groupFindings, type FindingGroup } from './group-findings.js';

/** Findings of one rule that a report shows, if nobody says otherwise. */
const SHOWN = 3;

/** A finding that is shown, with what surrounds it. */
export interface ShownFinding extends FindingGroup {
  /** Executions of the scenario in which it was found. */
  readonly schedules: number;
}

/** What a report shows of one rule. */
export interface ShownRule {
  readonly ruleId: string;
  readonly findings: readonly ShownFinding[];
  /** How many more there are. */
  readonly more: number;
}

/** The findings that a report shows: each bug once, at most so many of one rule. */
export function shownFindings(
  verdict: Pick<Verdict, 'findings' | 'scenarios'>,
  most: number = SHOWN,
): ShownRule[] {
  const byRule = new Map<string, FindingGroup[]>();
  for (const group of groupFindings(verdict.findings)) {
    const { ruleId } = group.shown;
    byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), group]);
  }
  const schedulesOf = ({ scenario, profile }: Finding) =>
    verdict.scenarios.find((each) => each.scenario === scenario && each.profile === profile)?.executions ?? 0;
  return [...byRule].map(([ruleId, groups]) => ({
    ruleId,
    findings: groups.slice(0, most).map((group) => ({ ...group, schedules: schedulesOf(group.shown) })),
    more: Math.max(0, groups.length - most),
  }));
}

/** Says how many findings of a rule are not shown. */
export function moreWords({ ruleId, more }: ShownRule): string {
  return `${more} more of ${ruleId} ${more === 1 ? 'is' : 'are'} not shown; --format json has all of them`;
}
