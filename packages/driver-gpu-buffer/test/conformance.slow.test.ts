import { checkDriver } from '@movable-pages/conformance';
import { expect, test } from 'vitest';
import { gpuBufferCopyEngine } from '../src/variants.ts';

test('with a copy engine SYNC_NO_COPY moves pages, and every rule holds', () => {
  const verdict = checkDriver(gpuBufferCopyEngine);
  const amiss = verdict.rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  expect(amiss.map(({ id, status, reason }) => `${id} ${status}: ${reason}`)).toEqual([]);
  expect(verdict.outcome).toBe('conformant');
  expect(verdict.driver.capabilities).toContain('supports-no-copy');
  const moved = verdict.scenarios.filter(({ scenario }) => scenario === 'migrate-sync-no-copy');
  expect(moved.length).toBeGreaterThan(0);
  for (const { triggers } of moved) expect(triggers['migrate-succeeded']).toBeGreaterThan(0);
  expect(verdict.rules.find(({ id }) => id === 'MP-MIG-005')).toMatchObject({
    status: 'skip',
    reason: 'not with supports-no-copy',
  });
});
