import { checkDriver } from '@movable-pages/conformance';
import { expect, test } from 'vitest';
import { GpuBufferDriver } from '../src/index.ts';

test('with a copy engine the driver is conformant in what that adds, under both profiles', () => {
  const verdict = checkDriver(GpuBufferDriver, {
    scenarios: ['migrate-sync-no-copy', 'page-group'],
    driverOptions: { copyEngine: true },
  });
  expect(verdict.findings).toEqual([]);
  expect(verdict.driver.capabilities).toContain('supports-no-copy');
  expect(verdict.rules.find(({ id }) => id === 'MP-MIG-005')).toMatchObject({
    status: 'skip',
    reason: 'not with supports-no-copy',
  });
  expect(verdict.rules.find(({ id }) => id === 'MP-MIG-003')).toMatchObject({ status: 'pass' });
});
