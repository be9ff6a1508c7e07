import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MIG-001', () => {
  it('finds a success code of its own', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MIG-001');
    expect(finding).toMatchObject({
      code: 'MP-MIG-001',
      expected: '0 or a negative error number',
      received: 'number 1',
      where: { thread: 'compactor', scope: 'has-its-own-success.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/migratePage of page N returned number 1/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MIG-001')).toMatchObject(passed);
  });
});
