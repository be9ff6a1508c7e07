import { expect, it } from 'vitest';
import { checkDriver, scenarios } from '../../src/index.ts';
import { listDriver } from '../../src/rules/list-driver.fixture.ts';

it('the right driver is conformant in every scenario, under every profile, to the whole bound', () => {
  const verdict = checkDriver(listDriver());
  expect(verdict.findings).toEqual([]);
  expect(verdict).toMatchObject({ outcome: 'conformant', profiles: ['linux-5.10', 'linux-6.1'] });
  expect(
    verdict.rules
      .filter(({ status }) => status !== 'pass' && status !== 'skip')
      .map(({ id, reason }) => `${id}: ${reason}`),
  ).toEqual([]);
  const ran = new Set(verdict.scenarios.map(({ scenario }) => scenario));
  const fitting = scenarios.filter(({ needs, fits }) => needs === undefined && fits === undefined);
  expect(fitting.filter(({ id }) => !ran.has(id))).toEqual([]);
  for (const report of verdict.scenarios) {
    expect(report.exhausted || report.preemptions >= report.bound).toBe(true);
    expect(['bound', 'exhausted']).toContain(report.stop);
  }
});
