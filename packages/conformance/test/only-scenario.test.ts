import type { Page } from '@movable-pages/core';
import { expect, test } from 'vitest';
import { budgets, checkDriver, scenarios } from '../src/index.ts';
import { listDriver } from '../src/rules/list-driver.fixture.ts';
import { PinningDriver } from '../src/rules/MP-PIN-001/passing.fixture.ts';

/** Deep enough for every mistake here. */
const BRIEF = { ...budgets.quick, name: 'brief', preemptions: 1 };

/** The mistake: a pin is a flag, which the first of two unpins takes down. */
class PinIsAFlag extends PinningDriver {
  protected override endPin(page: Page): void {
    page.private = 0;
  }
}

const pins = ['pins'] as const;

test.each([['pinned-twice', 'MP-PIN-001', listDriver('pin-is-a-flag', PinIsAFlag, pins)]])(
  '%s finds what no other scenario does',
  (id, rule, driver) => {
    const check = (wanted: readonly string[]) =>
      checkDriver(driver, { scenarios: wanted, profiles: ['linux-6.1'], budget: BRIEF }).findings;
    const found = check(scenarios.map((each) => each.id)).map(
      ({ scenario, ruleId }) => `${scenario}: ${ruleId}`,
    );
    expect(found).toEqual([`${id}: ${rule}`]);
  },
);
