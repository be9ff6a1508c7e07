import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-REL-002', () => {
  it('finds a page that was freed while isolated and is never put', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-REL-002');
    expect(finding).toMatchObject({
      code: 'MP-REL-002',
      expected: 'every page free',
      received: 'page N (held by driver: 1)',
      where: { thread: null },
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/1 page is lost/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-REL-002')).toMatchObject(passed);
  });
});
