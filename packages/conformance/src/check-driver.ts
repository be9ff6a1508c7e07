import {
  definitionOf,
  DriverDefinition,
  DriverError,
  kernelProfiles,
  type DriverClass,
  type DriverOptions,
} from '@movable-pages/core';
import { assembleVerdict } from './assemble-verdict.js';
import { budgets, type Budget } from './budget.js';
import { buildScenario } from './build-scenario.js';
import { checkScenario } from './check-scenario.js';
import { CheckError } from './errors.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios/index.js';
import type { ScenarioReport, Verdict } from './verdict.js';

/** How a driver is checked. @since 0.1.0 */
export interface CheckOptions {
  /** Default: all. */
  readonly profiles?: readonly string[];
  /** Ids of scenarios. Default: all that fit. */
  readonly scenarios?: readonly string[];
  /** Default `quick`. */
  readonly budget?: keyof typeof budgets | Budget;
  /** Options of the driver. */
  readonly driverOptions?: DriverOptions;
  /** What the driver was loaded from, for tokens. Default: its name. */
  readonly from?: string;
  /** Folder that source lines are relative to. Default: none. */
  readonly root?: string;
  readonly seed?: number;
  /** Called before each scenario. */
  readonly onScenario?: (scenario: string, profile: string) => void;
}

/**
 * Checks a driver in this process: every scenario that fits it, under every profile. A driver that loops without
 * operations hangs it; the command line and {@link checkModule} run it under a watchdog instead.
 *
 * @throws DriverError `MP_NOT_A_DRIVER`; CheckError `MP_UNKNOWN_PROFILE`, `MP_UNKNOWN_SCENARIO`.
 * @since 0.1.0
 */
export function checkDriver(driver: DriverDefinition | DriverClass, options: CheckOptions = {}): Verdict {
  const definition = asDefinition(driver);
  const budget = resolveBudget(options.budget);
  const profiles = options.profiles ?? [...kernelProfiles.keys()];
  const from = options.from ?? definition.name;
  const reports: ScenarioReport[] = [];
  for (const profile of profiles) {
    for (const scenario of selectScenarios(definition, profile, options)) {
      options.onScenario?.(scenario.id, profile);
      reports.push(
        checkScenario({
          definition,
          from,
          scenario,
          profile,
          budget,
          root: options.root ?? '',
          ...(options.driverOptions === undefined ? {} : { options: options.driverOptions }),
          ...(options.seed === undefined ? {} : { seed: options.seed }),
        }),
      );
    }
  }
  return assembleVerdict(definition, from, budget.name, profiles, reports);
}

/** @throws DriverError `MP_NOT_A_DRIVER`. */
export function asDefinition(driver: unknown): DriverDefinition {
  const definition = DriverDefinition.is(driver) ? driver : definitionOf(driver);
  if (definition === null) {
    throw new DriverError(
      'MP_NOT_A_DRIVER',
      'this is no driver; give a class with @movableDriver or the result of defineDriver',
    );
  }
  return definition;
}

/** The budget of a name, or the budget itself. */
function resolveBudget(budget: CheckOptions['budget']): Budget {
  return typeof budget === 'object' ? budget : budgets[budget ?? 'quick'];
}

/**
 * The scenarios that fit a driver: those whose capability it declares and whose operations its workload offers. A
 * driver that cannot be built gets them all, so that each says why.
 *
 * @throws CheckError `MP_UNKNOWN_SCENARIO`.
 */
export function selectScenarios(
  definition: DriverDefinition,
  profile: string,
  options: CheckOptions,
): Scenario[] {
  for (const id of options.scenarios ?? []) findScenario(id);
  const wanted = scenarios.filter((scenario) => options.scenarios?.includes(scenario.id) ?? true);
  const probe = wanted[0];
  if (probe === undefined) return [];
  try {
    const { built, kernel } = buildScenario(definition, probe, profile, options.driverOptions);
    return wanted.filter(
      (scenario) =>
        (scenario.needs === undefined || definition.capabilities.has(scenario.needs)) &&
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
