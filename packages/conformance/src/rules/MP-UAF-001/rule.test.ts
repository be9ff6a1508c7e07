import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-UAF-001', () => {
  it('finds a stale way to a page that was moved', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-UAF-001');
    expect(finding).toMatchObject({
      code: 'MP_USE_AFTER_FREE',
      expected: 'a page that somebody holds',
      received: 'a free page',
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/is used while it is free/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-UAF-001')).toMatchObject(passed);
  });
});
