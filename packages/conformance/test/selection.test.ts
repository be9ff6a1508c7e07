import { MigrateMode } from '@movable-pages/core';
import { describe, expect, test } from 'vitest';
import { budgets, scenarios, selectRules } from '../src/index.ts';
import { checkScenario } from '../src/check-scenario.ts';
import { DriverCheck } from '../src/driver-check.ts';
import { canTrigger, selectionOf } from '../src/selection.ts';
import type { Trigger } from '../src/index.ts';
import { listDriver } from '../src/rules/list-driver.fixture.ts';

const SHORT = { ...budgets.quick, name: 'short', maxExecutions: 60 };

/** Those that fit any driver. */
const general = scenarios.filter(({ needs, fits }) => needs === undefined && fits === undefined);

describe('which scenarios can put a rule to the test', () => {
  test.each(general.map((scenario) => [scenario.id, scenario] as const))(
    '%s triggers nothing that it cannot',
    (_, scenario) => {
      const { triggers, error } = checkScenario({
        definition: listDriver(),
        from: 'list',
        scenario,
        profile: 'linux-6.1',
        budget: SHORT,
        root: '',
      });
      expect(error).toBeNull();
      const came = Object.keys(triggers) as Trigger[];
      expect(came.length).toBeGreaterThan(3);
      expect(came.filter((trigger) => !canTrigger(scenario, trigger))).toEqual([]);
    },
  );

  test('a rule alone runs those, each once, and no others', () => {
    const ran: string[] = [];
    const check = new DriverCheck(listDriver(), {
      budget: SHORT,
      profiles: ['linux-6.1'],
      onScenario: (scenario) => ran.push(scenario),
    });
    check.verdict('MP-MIG-005');
    check.verdict('MP-MIG-005');
    expect(ran).toEqual(['migrate-sync-no-copy']);
    check.verdict('MP-CTX-002');
    const async = general.filter(({ mode }) => mode === MigrateMode.async).map(({ id }) => id);
    expect(async).toContain('migrate-async');
    expect(ran).toEqual(['migrate-sync-no-copy', ...async]);
  });
});

describe('selectRules', () => {
  test('takes ids and levels together, in the order of the suite', () => {
    expect(selectRules({})).toBeNull();
    expect(selectRules({ rules: ['MP-RACE-001', 'MP-ISO-001'] })).toEqual(['MP-ISO-001', 'MP-RACE-001']);
    expect(selectRules({ levels: ['concurrency'], rules: ['MP-ISO-001'] })).toEqual(
      expect.arrayContaining(['MP-ISO-001', 'MP-RACE-001', 'MP-DEAD-001']),
    );
    expect(() => selectRules({ rules: ['MP-NO-001'] })).toThrow(
      expect.objectContaining({ code: 'MP_UNKNOWN_RULE' }) as Error,
    );
  });
});

test('a selection that leaves nothing out is none', () => {
  expect(selectionOf({ profiles: ['linux-6.1', 'linux-5.10'] })).toBeNull();
  expect(selectionOf({ profiles: ['linux-6.1'] })).toEqual({
    rules: null,
    scenarios: null,
    profiles: ['linux-6.1'],
  });
});
