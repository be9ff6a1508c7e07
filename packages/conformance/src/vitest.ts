/**
 * The suite as vitest tests: one for each rule.
 *
 * @packageDocumentation
 */
import type { DriverClass, DriverDefinition } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { asDefinition, checkDriver, type CheckOptions } from './check-driver.js';
import { renderFinding } from './report/render-finding.js';
import { isMandatory } from './rule.js';
import { rules } from './rules/index.js';
import type { Verdict } from './verdict.js';

/** What {@link conformance} tests. @since 0.1.0 */
export interface ConformanceOptions extends CheckOptions {
  /** A class with `@movableDriver`, or the result of `defineDriver`. */
  readonly driver: DriverDefinition | DriverClass;
  /** Milliseconds for the whole check. Default 120,000. */
  readonly timeout?: number;
}

/**
 * Declares a test for each rule of the suite, named by its id, so that `vitest -t MP-RACE-001` runs one. The check itself
 * runs once, in this process. A rule that does not apply is skipped; a rule that fails prints its counterexample.
 *
 * @since 0.1.0
 */
export function conformance(options: ConformanceOptions): void {
  const { driver, timeout = 120_000, ...check } = options;
  const definition = asDefinition(driver);
  let verdict: Verdict | null = null;
  const judged = () => (verdict ??= checkDriver(definition, check));
  describe(`${definition.name} conforms`, () => {
    for (const rule of rules) {
      it(
        `${rule.id} ${rule.title}`,
        ({ skip }) => {
          const report = judged().rules.find((each) => each.id === rule.id)!;
          if (report.status === 'skip') skip(report.reason);
          const finding = judged().findings.find((each) => each.ruleId === rule.id);
          if (finding !== undefined && !isMandatory(rule))
            skip(`advice, no part of the verdict: ${finding.title}`);
          if (finding !== undefined) expect.fail(`\n${renderFinding(finding)}`);
          expect(`${report.status}${report.reason === '' ? '' : `: ${report.reason}`}`).toBe('pass');
        },
        timeout,
      );
    }
  });
}
