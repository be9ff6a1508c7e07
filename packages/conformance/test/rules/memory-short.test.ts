import { defineDriver, type DriverContext } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { checkDriver, scenarios } from '../../src/index.ts';
import { listDriver } from '../../src/rules/list-driver.fixture.ts';
import { AllocatesUnderMutex, MutexDriver, WaitsForItself } from './memory-short.fixture.ts';

const check = (name: string, Driver: new (context: DriverContext) => MutexDriver) =>
  checkDriver(
    defineDriver({
      name,
      contract: 'a_ops',
      capabilities: ['drops-content'],
      create: (context) => new Driver(context),
    }),
    { scenarios: ['alloc-compacts'], profiles: ['linux-6.1'] },
  );

describe('an allocation that compacts memory in its own thread', () => {
  it('comes back to a driver that waits for the lock under which it allocates', () => {
    const [finding] = check('waits-for-itself', WaitsForItself).findings;
    expect(finding).toMatchObject({
      ruleId: 'MP-DEAD-001',
      code: 'MP_RECURSIVE_LOCK',
      where: { thread: 'user A', scope: 'waits-for-itself.migratePage' },
    });
  });

  it('gives a page back whose lock is held by somebody who waits for the lock of the allocation', () => {
    const [finding] = check('allocates-under-mutex', AllocatesUnderMutex).findings;
    expect(finding).toMatchObject({ ruleId: 'MP-DEAD-001', code: 'MP_DEADLOCK', preemptions: 2 });
    expect(finding!.title).toMatch(/page \d+ lock, held by user B/);
  });

  it('does no harm to one that holds nothing while it allocates', () => {
    const verdict = check('holds-nothing', MutexDriver);
    expect(verdict.findings).toEqual([]);
    expect(verdict.scenarios).toEqual([expect.objectContaining({ preemptions: 2, error: null })]);
    expect(verdict.scenarios[0]!.triggers['migrate-succeeded']).toBeGreaterThan(0);
  });
});

describe('scenarios for what a driver need not have', () => {
  it.each(['memory-short', 'load', 'free-all'])('%s is left out for a driver without it', (id) => {
    expect(scenarios.map((scenario) => scenario.id)).toContain(id);
    expect(checkDriver(listDriver(), { scenarios: [id], profiles: ['linux-6.1'] }).scenarios).toEqual([]);
  });
});
