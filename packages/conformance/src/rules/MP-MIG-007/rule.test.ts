import { describe, expect, it } from 'vitest';
import { check, checkBriefly, expectOnly, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing, right } from './failing.fixture.js';

describe('MP-MIG-007', () => {
  it('finds a driver that calls a held lock a lasting reason', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MIG-007');
    expect(finding).toMatchObject({
      code: 'MP-MIG-007',
      expected: '-EAGAIN',
      received: '-EBUSY',
      where: { scope: 'gives-up.migratePage' },
      faults: 0,
    });
    expect(placeOf(finding)).toMatch(/MP-MIG-007\/failing\.fixture\.ts:\d+$/);
  });

  it('passes a driver that asks for another try', () => {
    expect(ruleOf(checkBriefly(right, 'migrate-sync'), 'MP-MIG-007')).toMatchObject(passed);
  });

  it('is skipped by one that waits for its lock', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MIG-007')).toMatchObject({
      status: 'skip',
      reason: 'migratePage never gave up for a lock that somebody held',
    });
  });
});
