import type { DriverDefinition, DriverOptions } from '@movable-pages/core';
import { buildScenario } from './build-scenario.js';
import { CheckError } from './errors.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios/index.js';
import { selectRules, serves, type RuleChoice } from './selection.js';

/** What narrows the scenarios down. */
export interface ScenarioChoice extends RuleChoice {
  /** Ids of scenarios. Default: all that fit. */
  readonly scenarios?: readonly string[];
  readonly driverOptions?: DriverOptions;
}

/**
 * The scenarios that fit a driver: those whose capability it declares and whose operations its workload offers, and which can
 * put a wanted rule to the test. A
 * driver that cannot be built gets them all, so that each says why.
 *
 * @throws CheckError `MP_UNKNOWN_SCENARIO`.
 */
export function selectScenarios(
  definition: DriverDefinition,
  profile: string,
  options: ScenarioChoice,
): Scenario[] {
  for (const id of options.scenarios ?? []) findScenario(id);
  const rules = selectRules(options);
  const wanted = scenarios.filter(
    (scenario) => (options.scenarios?.includes(scenario.id) ?? true) && serves(scenario, rules),
  );
  const probe = wanted[0];
  if (probe === undefined) return [];
  try {
    const { built, kernel } = buildScenario(definition, probe, profile, options.driverOptions);
    return wanted.filter(
      (scenario) =>
        (scenario.needs === undefined || built.capabilities.has(scenario.needs)) &&
        (scenario.fits?.(built.workload, kernel) ?? true),
    );
  } catch {
    return [probe];
  }
}

/** @throws CheckError `MP_UNKNOWN_SCENARIO`. */
export function findScenario(id: string): Scenario {
  const scenario = scenarios.find((each) => each.id === id);
  if (scenario === undefined) {
    throw new CheckError(
      'MP_UNKNOWN_SCENARIO',
      `there is no scenario ${id}; there are: ${scenarios.map((each) => each.id).join(', ')}`,
    );
  }
  return scenario;
}
