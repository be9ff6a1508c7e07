import { counted } from '@movable-pages/explore';
import type { ScenarioReport } from './verdict.js';

/** Preemptions that must have been searched before a rule can pass. */
const PREEMPTIONS = 2;

/** Whether a search completed the bound that a pass must name. */
export function reachedBound(report: ScenarioReport): boolean {
  return report.exhausted || report.preemptions >= report.bound;
}

/**
 * What is missing before a pass says something: under each profile, among the scenarios that put a rule to the test, there
 * must be one that was searched with at least two preemptions, and in which two pages of the driver were there at once, two
 * users were in the driver at once, and a user did something while the VM had a page of the driver, or was in a callback.
 *
 * @param tested Reports of the scenarios in which the rule was put to the test, each searched to its bound.
 * @param selected The rule is one that a capability or a rare moment selects, such as pinning or a refusal while unloading:
 *   its scenarios are made for it, and the preemptions are all that is asked of them.
 * @returns Why it is too little, or null.
 */
export function tooLittle(tested: readonly ScenarioReport[], selected: boolean): string | null {
  for (const profile of new Set(tested.map((report) => report.profile))) {
    const why = tooLittleUnder(
      tested.filter((report) => report.profile === profile),
      selected,
    );
    if (why !== null) return `${profile}: ${why}`;
  }
  return null;
}

function tooLittleUnder(tested: readonly ScenarioReport[], selected: boolean): string | null {
  const deep = tested.filter(
    ({ exhausted, unbounded, preemptions }) => exhausted || unbounded || preemptions >= PREEMPTIONS,
  );
  if (deep.length === 0) {
    const most = Math.max(-1, ...tested.map(({ preemptions }) => preemptions));
    return `searched with at most ${counted(Math.max(most, 0), 'preemption')}; a pass needs ${PREEMPTIONS}`;
  }
  if (selected) return null;
  const reasons = deep.map(missing);
  return reasons.includes(null) ? null : reasons[0]!;
}

function missing({ triggers, scenario }: ScenarioReport): string | null {
  if ((triggers['two-pages'] ?? 0) === 0)
    return `${scenario}: there were never two pages of the driver at once`;
  if ((triggers['two-users'] ?? 0) === 0) return `${scenario}: two users were never in the driver at once`;
  if ((triggers['user-beside-vm'] ?? 0) === 0)
    return `${scenario}: no user did anything while the VM had a page of the driver`;
  return null;
}
