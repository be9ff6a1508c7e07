import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-API-001', () => {
  it('finds a release without yield*', () => {
    const finding = expectOnly(check(failing, 'putback'), 'MP-API-001');
    expect(finding).toMatchObject({
      code: 'MP_OP_NOT_YIELDED',
      where: { thread: 'compactor', scope: 'forgets-yield-star.putbackPage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/made the operation release list.lock and did not run it/);
    expect(lastOperation(finding)).toBe('acquire list.lock');
    expect(placeOf(finding)).toMatch(/MP-API-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('putback'), 'MP-API-001')).toMatchObject(passed);
  });
});
