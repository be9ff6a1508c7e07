import { kernelProfiles, type DriverDefinition } from '@movable-pages/core';
import { assembleVerdict } from './assemble-verdict.js';
import { budgets, type Budget } from './budget.js';
import { carriedFrom } from './carry-over.js';
import { checkScenario } from './check-scenario.js';
import type { Scenario } from './scenario.js';
import { selectScenarios, type ScenarioChoice } from './select-scenarios.js';
import { countedOnly, selectionOf, serves, type Selection } from './selection.js';
import type { ScenarioReport, Verdict } from './verdict.js';
import type { Waiver } from './waiver.js';

/** How a driver is checked. @since 0.1.0 */
export interface CheckOptions extends ScenarioChoice {
  /** Default: all. */
  readonly profiles?: readonly string[];
  /** Default `quick`. */
  readonly budget?: keyof typeof budgets | Budget;
  /** What the driver was loaded from, for tokens. Default: its name. */
  readonly from?: string;
  /** Folder that source lines are relative to. Default: none. */
  readonly root?: string;
  readonly seed?: number;
  /** Rules that are switched off. Whether they still hold is for the caller to say: see {@link requireWaivers}. */
  readonly waivers?: readonly Waiver[];
  /** Called before each scenario. */
  readonly onScenario?: (scenario: string, profile: string) => void;
}

/** One scenario under one profile. */
export interface CheckUnit {
  readonly scenario: Scenario;
  readonly profile: string;
}

/** The check of a driver in this process, one work unit at a time, each run once and only when it is asked for. */
export class DriverCheck {
  readonly units: readonly CheckUnit[];
  /** Rules of which it is only counted how often they are broken. */
  readonly counts: readonly string[];
  private readonly selection: Selection | null;
  private readonly budget: Budget;
  private readonly profiles: readonly string[];
  private readonly from: string;
  private readonly reports = new Map<CheckUnit, ScenarioReport>();

  /** @throws CheckError `MP_UNKNOWN_RULE`, `MP_UNKNOWN_SCENARIO`. */
  constructor(
    private readonly definition: DriverDefinition,
    private readonly options: CheckOptions,
  ) {
    this.selection = selectionOf(options);
    this.counts = countedOnly(this.selection, options.waivers ?? []);
    this.budget = resolveBudget(options.budget);
    this.profiles = options.profiles ?? [...kernelProfiles.keys()];
    this.from = options.from ?? definition.name;
    this.units = this.profiles.flatMap((profile) =>
      selectScenarios(definition, profile, options).map((scenario) => ({ scenario, profile })),
    );
  }

  /** The report of a unit. */
  report(unit: CheckUnit): ScenarioReport {
    let report = this.reports.get(unit);
    if (report === undefined) {
      report = this.carried(unit) ?? this.run(unit);
      this.reports.set(unit, report);
    }
    return report;
  }

  /** The verdict on everything, or on one rule from the scenarios that can put it to the test. */
  verdict(rule?: string): Verdict {
    const { definition, options, selection } = this;
    const wanted = rule === undefined ? null : [rule];
    const units = this.units.filter(({ scenario }) => serves(scenario, wanted));
    const reports = units.map((unit) => this.report(unit));
    const { name, version, contract, defaults } = definition;
    const capabilities = definition.capabilitiesWith({ ...defaults, ...options.driverOptions });
    const judged = { name, version, contract, capabilities };
    return assembleVerdict(judged, this.from, this.budget.name, this.profiles, reports, {
      selection:
        wanted === null
          ? selection
          : { rules: wanted, scenarios: selection?.scenarios ?? null, profiles: null },
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.waivers === undefined ? {} : { waivers: options.waivers }),
    });
  }

  private carried({ scenario, profile }: CheckUnit): ScenarioReport | null {
    const same = [...this.reports.values()].filter((report) => report.scenario === scenario.id);
    return carriedFrom(same, profile);
  }

  private run({ scenario, profile }: CheckUnit): ScenarioReport {
    const { options } = this;
    options.onScenario?.(scenario.id, profile);
    return checkScenario({
      definition: this.definition,
      from: this.from,
      scenario,
      profile,
      budget: this.budget,
      counts: this.counts,
      root: options.root ?? '',
      ...(options.driverOptions === undefined ? {} : { options: options.driverOptions }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    });
  }
}

/** The budget of a name, or the budget itself. */
function resolveBudget(budget: CheckOptions['budget']): Budget {
  return typeof budget === 'object' ? budget : budgets[budget ?? 'quick'];
}
