import type { Finding } from '../finding.js';

/** Findings of one bug: the one with the shortest schedule, and the others. */
export interface FindingGroup {
  readonly shown: Finding;
  readonly others: readonly Finding[];
}

/** Puts together what several scenarios and profiles found of one bug: same rule, same lines, same operation. */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = [finding.ruleId, finding.code, ...placeKey(finding)].join('|');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups.values()].map((group) => {
    const shown = group.reduce((best, each) => (cost(each) < cost(best) ? each : best));
    return { shown, others: group.filter((each) => each !== shown) };
  });
}

function placeKey({ where, other, title }: Finding): string[] {
  // Two sides of a race may change places.
  const lines = [where.source, other?.source].filter((line) => typeof line === 'string').sort();
  return lines.length > 0 ? lines : [title];
}

function cost(finding: Finding): number {
  return (finding.preemptions + finding.faults) * 1_000_000 + finding.steps;
}
