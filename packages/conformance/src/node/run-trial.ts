import type { DriverDefinition } from '@movable-pages/core';
import type { Beacon } from '@movable-pages/explore';
import { carryOver } from '../carry-over.js';
import { checkScenario, emptyReport } from '../check-scenario.js';
import { isMandatory } from '../rule.js';
import { rules } from '../rules/index.js';
import { findScenario } from '../select-scenarios.js';
import type { ScenarioReport } from '../verdict.js';
import type { TrialAnswer, TrialJob, TrialReport, TrialUnit } from './job.js';
import { endIfFull } from './memory-guard.js';

/**
 * Name of the global set of numbers that the text of an overlay may add to, to tell which of its places ran. While the
 * module is being loaded the text makes it: what ran then counts for every unit.
 *
 * @since 0.1.0
 */
export const REACHED = '__movablePagesReached';

const ADVICE = new Set(rules.filter((rule) => !isMandatory(rule)).map(({ id }) => id));

/** Runs the units of a trial in this thread, up to the first that would not pass. */
export function runTrial(
  definitions: readonly DriverDefinition[],
  job: TrialJob,
  beacon: Beacon,
): TrialAnswer {
  const trials: TrialReport[] = [];
  // What ran when the module was loaded ran for every unit.
  const atLoad = Reflect.get(globalThis, REACHED) as ReadonlySet<number> | undefined;
  for (const unit of job.units) {
    const carried = carriedTrial(trials, unit);
    if (carried !== null) {
      trials.push(carried);
      continue;
    }
    const reached = new Set(atLoad);
    Reflect.set(globalThis, REACHED, reached);
    const scenario = findScenario(unit.scenario);
    const definition = definitions.find(({ name }) => name === unit.driver);
    const report =
      definition === undefined
        ? emptyReport(
            { scenario, profile: unit.profile },
            -1,
            'MP_UNKNOWN_DRIVER',
            `there is no driver ${unit.driver} any more`,
          )
        : checkScenario({
            definition,
            from: job.from,
            scenario,
            profile: unit.profile,
            budget: job.budget,
            root: job.root,
            beacon,
            interrupted: () => {
              endIfFull();
              return beacon.cancelled;
            },
          });
    trials.push({ unit, report, reached: [...reached].toSorted((a, b) => a - b) });
    if (report.stop === 'interrupted' || refuses(report)) break;
  }
  Reflect.set(globalThis, REACHED, atLoad);
  return { trials };
}

/** What follows from the same scenario under another profile, if that was run before. */
function carriedTrial(trials: readonly TrialReport[], unit: TrialUnit): TrialReport | null {
  for (const { unit: before, report, reached } of trials) {
    if (before.driver !== unit.driver || before.scenario !== unit.scenario) continue;
    const carried = carryOver(report, unit.profile);
    if (carried !== null) return { unit, report: carried, reached };
  }
  return null;
}

/** Whether a check with this report in it would not pass. @since 0.1.0 */
export function refuses(report: ScenarioReport): boolean {
  return report.error !== null || report.findings.some(({ ruleId }) => !ADVICE.has(ruleId));
}
