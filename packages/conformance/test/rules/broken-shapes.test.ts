import { describe, expect, it } from 'vitest';
import { assembleVerdict, budgets } from '../../src/index.ts';
import { checkScenario } from '../../src/check-scenario.ts';
import { check, expectOnly } from '../../src/rules/prove.fixture.ts';
import * as broken from './broken-shapes.fixture.ts';
import { unloadBesideTwoCompactors } from './unload.fixture.ts';

/** Name, driver, scenario, the only rule that fails, the fewest preemptions, what the first finding says. */
const table = [
  [broken.redirectsLate, 'migrate-sync', 'MP-MIG-003', 1, /reads 1101, but 1151 was written/],
  [broken.checksPinsTooEarly, 'two-compactors', 'MP-RACE-001', 2, /page N content\[0\]/],
  [broken.forgetsPinsInMigrate, 'two-compactors', 'MP-RACE-001', 2, /page N content\[0\]/],
  [broken.copiesUnlocked, 'migrate-sync', 'MP-RACE-001', 1, /page N content\[0\]/],
  [broken.countsUnderTwoLocks, 'migrate-sync', 'MP-RACE-001', 1, /state\.isolated/],
  [
    broken.waitsWithoutAReference,
    'migrate-sync',
    'MP-UAF-001',
    1,
    /"tryAcquire page N lock" while page N is free/,
  ],
  [broken.doesNotLookAgain, 'migrate-sync', 'MP-UAF-001', 1, /page N is freed with flags locked/],
  [broken.getsWithoutHolding, 'two-compactors', 'MP-UAF-001', 1, /while it is free: a reference is taken/],
  [broken.leavesPrivate, 'migrate-sync', 'MP-UAF-001', 0, /page N is freed with private 1/],
  [broken.remembersTheTarget, 'two-compactors', 'MP-MIG-004', 2, /returned -EAGAIN and left changes behind/],
  [
    broken.countsDownOnFailure,
    'migrate-sync-no-copy',
    'MP-MIG-004',
    0,
    /returned -EINVAL and left changes behind/,
  ],
  [broken.migrateForgetsTheDead, 'unload', 'MP-REL-002', 1, /1 page is lost/],
  [broken.doesNotDrain, 'unload', 'MP-REL-003', 1, /called for page N after unload has returned/],
  [
    broken.drainsBackwards,
    'unload',
    'MP-DEAD-001',
    0,
    /unloader \(drains-backwards\.unload\) waits in sleep/,
  ],
  [
    broken.losesTheWakeUp,
    'unload',
    'MP-DEAD-001',
    2,
    /unloader \(loses-the-wake-up\.unload\) waits in sleep/,
  ],
  [broken.queuesTooLate, 'unload', 'MP-REL-003', 2, /unload returns while queues-too-late\.\w+ runs/],
  [broken.marksTooEarly, 'putback', 'MP-LRU-001', 1, /remove of page N on list\.pages/],
  [
    broken.clearsAfterUnlock,
    'migrate-sync',
    'MP-LRU-001',
    1,
    /remove of page N on list\.pages: expected page N on list\.pages, it is on no list/,
  ],
] as const;

describe('drivers that are wrong in the ways of real ones', () => {
  it.each(table.map((row) => [row[0].name, ...row] as const))(
    '%s',
    (_name, driver, scenario, rule, preemptions, title) => {
      const finding = expectOnly(check(driver, scenario), rule);
      expect(finding).toMatchObject({
        preemptions,
        faults: 0,
        title: expect.stringMatching(title) as string,
      });
    },
  );

  it('refuses-with-the-lock, where somebody isolates while it is unloaded', () => {
    const definition = broken.refusesWithTheLock;
    const profile = 'linux-5.10';
    const report = checkScenario({
      definition,
      from: definition.name,
      scenario: unloadBesideTwoCompactors,
      profile,
      budget: budgets.quick,
      root: '',
    });
    const verdict = assembleVerdict(definition, definition.name, 'quick', [profile], [report]);
    const finding = expectOnly(verdict, 'MP-CALL-001');
    expect(finding).toMatchObject({ code: 'MP_LOCK_LEAK', preemptions: 1 });
    expect(finding.title).toMatch(/isolatePage returns holding list\.lock/);
  });
});
