/**
 * The suite as vitest tests: one for each scenario, one for each rule.
 *
 * @packageDocumentation
 */
import type { DriverClass, DriverDefinition } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { asDefinition, type CheckOptions } from './check-driver.js';
import { DriverCheck } from './driver-check.js';
import type { Finding } from './finding.js';
import { boundWords } from './report/bound-words.js';
import { renderFinding } from './report/render-finding.js';
import { isMandatory } from './rule.js';
import { rules } from './rules/index.js';
import { reachedBound } from './searched-enough.js';
import { requireRule, selectRules } from './selection.js';
import { requireWaivers } from './waiver.js';

/** What {@link conformance} tests. @since 0.1.0 */
export interface ConformanceOptions extends CheckOptions {
  /** A class with `@movableDriver`, or the result of `defineDriver`. */
  readonly driver: DriverDefinition | DriverClass;
  /** Milliseconds for one test. A rule that is run alone runs all scenarios that it needs. Default 120,000. */
  readonly timeout?: number;
}

/**
 * Declares a test for each scenario under each profile, named `migrate-sync linux-6.1`, and one for each rule, named by its id, so
 * that `vitest -t MP-RACE-001` runs one rule. Each scenario runs once, in this process, when the first test needs it: a rule alone
 * runs only those that can put it to the test. A rule that does not apply is skipped; what fails prints its counterexample.
 *
 * @throws DriverError `MP_NOT_A_DRIVER`; CheckError `MP_UNKNOWN_RULE`, `MP_UNKNOWN_SCENARIO`, `MP_BAD_WAIVER`, `MP_WAIVER_EXPIRED`.
 * @since 0.1.0
 */
export function conformance(options: ConformanceOptions): void {
  const { driver, timeout = 120_000, ...asked } = options;
  requireWaivers(asked.waivers ?? [], new Date().toISOString().slice(0, 10));
  const check = new DriverCheck(asDefinition(driver), asked);
  const wanted = selectRules(asked);
  const counts = (finding: Finding) =>
    isMandatory(requireRule(finding.ruleId)) && !check.counts.includes(finding.ruleId);
  describe(`${asDefinition(driver).name} conforms`, () => {
    for (const unit of check.units) {
      it(
        `${unit.scenario.id} ${unit.profile}`,
        () => {
          const report = check.report(unit);
          if (report.error !== null) expect.fail(`${report.error.code}: ${report.error.message}`);
          const finding = report.findings.find(counts);
          if (finding !== undefined) expect.fail(`\n${renderFinding(finding)}`);
          expect(reachedBound(report) ? 'searched' : boundWords(report)).toBe('searched');
        },
        timeout,
      );
    }
    for (const rule of rules.filter(({ id }) => wanted?.includes(id) ?? true)) {
      it(
        `${rule.id} ${rule.title}`,
        ({ skip }) => {
          const { rules: reports, findings } = check.verdict(rule.id);
          const { status, reason } = reports[0]!;
          if (status === 'skip' || status === 'disabled') skip(reason);
          const finding = findings[0];
          if (finding !== undefined && !isMandatory(rule))
            skip(`advice, no part of the verdict: ${finding.title}`);
          if (finding !== undefined) expect.fail(`\n${renderFinding(finding)}`);
          expect(`${status}${reason === '' ? '' : `: ${reason}`}`).toBe('pass');
        },
        timeout,
      );
    }
  });
}
