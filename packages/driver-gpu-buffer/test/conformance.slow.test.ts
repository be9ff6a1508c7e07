import { budgets, checkDriver } from '@movable-pages/conformance';
import { expect, test } from 'vitest';
import { GpuBufferDriver } from '../src/index.ts';

test('with a copy engine SYNC_NO_COPY moves pages, and every rule holds, to one preemption and one fault', () => {
  const verdict = checkDriver(GpuBufferDriver, {
    scenarios: ['migrate-sync-no-copy', 'page-group'],
    driverOptions: { copyEngine: true },
    budget: { ...budgets.quick, name: 'brief', preemptions: 1 },
  });
  expect(verdict.findings).toEqual([]);
  expect(verdict.driver.capabilities).toContain('supports-no-copy');
  for (const { exhausted, preemptions, triggers } of verdict.scenarios) {
    expect(exhausted || preemptions === 1).toBe(true);
    expect(triggers['migrate-succeeded']).toBeGreaterThan(0);
  }
  expect(verdict.rules.find(({ id }) => id === 'MP-MIG-005')).toMatchObject({
    status: 'skip',
    reason: 'not with supports-no-copy',
  });
  expect(verdict.rules.find(({ id }) => id === 'MP-MIG-003')).toMatchObject({ status: 'pass' });
});
