import type { DriverDefinition } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { checkScenario } from '../../src/check-scenario.ts';
import { budgets, checkDriver, type Verdict } from '../../src/index.ts';
import * as shapes from './shapes.fixture.ts';
import { unloadBesideTwoCompactors } from './unload.fixture.ts';

/** What keeps a verdict from being conformant. */
function complaints(verdict: Verdict): string[] {
  const rest = verdict.rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  return [
    ...verdict.findings.map(({ ruleId, title, scenario }) => `${ruleId} in ${scenario}: ${title}`),
    ...rest.map(({ id, status, reason }) => `${id} ${status}: ${reason}`),
  ];
}

describe('right drivers of other shapes are conformant', () => {
  const drivers: DriverDefinition[] = [
    shapes.pageLocksOnly,
    shapes.triesAMutex,
    shapes.pinsInUse,
    shapes.movableOperations,
    shapes.releasesInPutback,
  ];

  it.each(drivers.map((driver) => [driver.name, driver] as const))('%s', (_name, driver) => {
    const verdict = checkDriver(driver);
    expect(complaints(verdict)).toEqual([]);
    expect(verdict.conformant).toBe(true);
  });

  // A worker is one thread more: one profile takes as long as both of another driver.
  it('frees-by-a-worker', () => {
    const verdict = checkDriver(shapes.freesByAWorker, { profiles: ['linux-5.10'] });
    expect(complaints(verdict)).toEqual([]);
    expect(verdict.outcome).toBe('partial');
  });

  it('drains-at-unload, which refuses only while it is unloaded', () => {
    // No scenario of the suite isolates pages of a driver that is being unloaded; the next test does.
    const all = complaints(checkDriver(shapes.drainsAtUnload));
    expect(
      all.filter((complaint) => complaint !== 'MP-ISO-002 vacuous: nothing triggered it (isolate-refused)'),
    ).toEqual([]);
  });

  it.each(['linux-5.10', 'linux-6.1'])('drains-at-unload beside two compactors, %s', (profile) => {
    const definition = shapes.drainsAtUnload;
    const report = checkScenario({
      definition,
      from: definition.name,
      scenario: unloadBesideTwoCompactors,
      profile,
      budget: budgets.quick,
      root: '',
    });
    expect(report).toMatchObject({ error: null, findings: [], stop: 'bound', preemptions: 2 });
    expect(report.triggers['isolate-refused']).toBeGreaterThan(0);
  });
});
