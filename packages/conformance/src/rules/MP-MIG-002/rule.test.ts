import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MIG-002', () => {
  it('finds a success without a reference on the target', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MIG-002');
    expect(finding).toMatchObject({
      code: 'MP-MIG-002',
      expected: 'source let go of and put, one reference on the target',
      received: 'its references on the target changed by 0, not by 1',
      where: { thread: 'compactor', scope: 'takes-no-reference.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/migratePage of page N to page N said 0/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MIG-002')).toMatchObject(passed);
  });
});
