import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MIG-004', () => {
  it('finds a failure that leaves the target marked', () => {
    const finding = expectOnly(check(failing, 'migrate-sync-no-copy'), 'MP-MIG-004');
    expect(finding).toMatchObject({
      code: 'MP-MIG-004',
      expected: 'both pages and the driver as they were',
      received: 'mapping of the target: 0 -> 6',
      where: { thread: 'compactor', scope: 'marks-the-target-first.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/returned -EINVAL and left changes behind/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync-no-copy'), 'MP-MIG-004')).toMatchObject(passed);
  });
});
