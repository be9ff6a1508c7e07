import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MIG-006', () => {
  it('finds a driver that asks for a retry that can never succeed', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MIG-006');
    expect(finding).toMatchObject({
      code: 'MP-MIG-006',
      received: '-EAGAIN',
      where: { scope: 'takes-the-vm-for-a-user.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/nobody else is in the driver/);
    expect(placeOf(finding)).toMatch(/MP-MIG-006\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MIG-006')).toMatchObject(passed);
  });
});
