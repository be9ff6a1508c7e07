import { describe, expect, it } from 'vitest';
import { check, checkBriefly, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { destroysItsQueue, leavesThread, leavesWork, stopsItsThread } from './background.fixture.js';
import { failing } from './failing.fixture.js';
import { passing } from './passing.fixture.js';
import { awaitsItsShrinker, leavesItsShrinker } from './shrinker.fixture.js';

describe('MP-REL-003', () => {
  it('finds a driver that is unloaded while the VM has a page of it', () => {
    const finding = expectOnly(check(failing, 'unload'), 'MP-REL-003');
    expect(finding).toMatchObject({ code: 'MP-REL-003', preemptions: 1, faults: 0 });
    expect(finding.title).toMatch(
      /^(migratePage|putbackPage) is called for page N after unload has returned$/,
    );
  });

  it('finds one that is unloaded while its shrinker runs', () => {
    const finding = expectOnly(check(leavesItsShrinker, 'unload-memory-short'), 'MP-REL-003');
    expect(finding).toMatchObject({ code: 'MP-REL-003', preemptions: 1, faults: 0 });
    expect(finding.title).toMatch(/^unload returns while list\.(count|scan)Objects runs$/);
  });

  it.each([
    ['work', leavesWork, 'list.reaper/worker'],
    ['a thread', leavesThread, 'list reaper'],
  ])('finds one that leaves %s behind, though all is clean in the end', (_what, driver, thread) => {
    const finding = expectOnly(check(driver, 'from-nothing'), 'MP-REL-003');
    expect(finding).toMatchObject({
      title: `${thread} runs code of the driver after unload has returned`,
      where: { thread },
      preemptions: 0,
    });
  });

  it.each([
    ['its work', destroysItsQueue, 'from-nothing'],
    ['its thread', stopsItsThread, 'from-nothing'],
    ['the VM', passing, 'unload'],
    ['reclaim', awaitsItsShrinker, 'unload-memory-short'],
  ])('passes one that waits for %s', (_whom, driver, scenario) => {
    const verdict = checkBriefly(driver, scenario);
    expect(verdict.findings).toEqual([]);
    expect(ruleOf(verdict, 'MP-REL-003')).toMatchObject(passed);
  });

  it('is skipped for a driver that cannot be unloaded', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-REL-003')).toMatchObject({ status: 'skip' });
  });
});
