import { kernelProfiles, MigrateMode } from '@movable-pages/core';
import { CheckError } from './errors.js';
import type { Rule, RuleLevel, Trigger } from './rule.js';
import { rules as suite } from './rules/index.js';
import type { Scenario } from './scenario.js';

/** What a check was narrowed to: a verdict on a part. Null where nothing was left out. @since 0.1.0 */
export interface Selection {
  readonly rules: readonly string[] | null;
  readonly scenarios: readonly string[] | null;
  readonly profiles: readonly string[] | null;
}

/** Which rules are wanted: those that are named, and those of the levels that are. @since 0.1.0 */
export interface RuleChoice {
  /** Ids of rules. */
  readonly rules?: readonly string[];
  readonly levels?: readonly RuleLevel[];
}

/**
 * What a check leaves out, or null if that is nothing.
 *
 * @throws CheckError `MP_UNKNOWN_RULE`.
 */
export function selectionOf(
  options: RuleChoice & { readonly scenarios?: readonly string[]; readonly profiles?: readonly string[] },
): Selection | null {
  const rules = selectRules(options);
  const scenarios = options.scenarios ?? null;
  const { profiles: wanted } = options;
  const all = wanted === undefined || [...kernelProfiles.keys()].every((name) => wanted.includes(name));
  if (rules === null && scenarios === null && all) return null;
  return { rules, scenarios, profiles: all ? null : wanted };
}

/**
 * The ids of the rules that are wanted, in the order of the suite, or null for all of them.
 *
 * @throws CheckError `MP_UNKNOWN_RULE`.
 * @since 0.1.0
 */
export function selectRules({ rules, levels }: RuleChoice): string[] | null {
  for (const id of rules ?? []) requireRule(id);
  if (rules === undefined && levels === undefined) return null;
  return suite
    .filter(({ id, level }) => rules?.includes(id) === true || levels?.includes(level) === true)
    .map(({ id }) => id);
}

/** @throws CheckError `MP_UNKNOWN_RULE`. */
export function requireRule(id: string): Rule {
  const rule = suite.find((each) => each.id === id);
  if (rule !== undefined) return rule;
  throw new CheckError(
    'MP_UNKNOWN_RULE',
    `there is no rule ${id}; movable-pages explain lists the rules that there are`,
  );
}

/** Triggers that only come when the VM migrates. */
const OF_MIGRATION: readonly Trigger[] = [
  'migrate',
  'migrate-succeeded',
  'migrate-failed',
  'migrate-at-rest',
  'migrate-lock-held',
  'read-after-migration',
];

/** Whether a scenario can put a rule to the test at all: what its VM never does, triggers nothing. */
export function canTrigger({ mode }: Pick<Scenario, 'mode'>, trigger: Trigger): boolean {
  if (trigger === 'migrate-no-copy') return mode === MigrateMode.syncNoCopy;
  if (trigger === 'async-callback') return mode === MigrateMode.async;
  return mode !== null || !OF_MIGRATION.includes(trigger);
}

/** Rules of which it is only counted how often they are broken: those that are switched off or were not asked for. */
export function countedOnly(
  selection: Selection | null,
  waivers: readonly { readonly rule: string }[],
): string[] {
  const wanted = selection?.rules ?? null;
  const unwanted = wanted === null ? [] : suite.map(({ id }) => id).filter((id) => !wanted.includes(id));
  return [...unwanted, ...waivers.map(({ rule }) => rule)];
}

/** Whether a scenario is of use for any of some rules. */
export function serves(scenario: Pick<Scenario, 'mode'>, rules: readonly string[] | null): boolean {
  return rules === null || rules.some((id) => canTrigger(scenario, requireRule(id).trigger));
}
