import { expect, it } from 'vitest';
import { checkDriver, scenarios } from '../../src/index.ts';
import { listDriver } from '../../src/rules/list-driver.fixture.ts';

it('the right driver is conformant in every scenario, under every profile, to the whole bound', () => {
  const verdict = checkDriver(listDriver());
  expect(verdict.findings).toEqual([]);
  expect(verdict).toMatchObject({ outcome: 'conformant', profiles: ['linux-5.10', 'linux-6.1'] });
  expect(
    verdict.rules.filter(({ status }) => status !== 'pass').map(({ id, reason }) => `${id}: ${reason}`),
  ).toEqual([
    'MP-ISO-002: needs refuses-isolation',
    'MP-PIN-001: needs pins',
    'MP-SHR-001: needs shrinks',
    'MP-INV-001: the workload has no inspect()',
  ]);
  // It has no unload, and everything else fits it.
  expect(verdict.scenarios).toHaveLength(
    2 * scenarios.filter(({ id, needs }) => !id.startsWith('unload') && needs === undefined).length,
  );
  for (const report of verdict.scenarios) {
    expect(report.exhausted || report.preemptions >= report.bound).toBe(true);
    expect(report.sampled).toBe(0);
  }
});
