import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-REF-001', () => {
  it('finds putback that drops the reference of the isolation', () => {
    const finding = expectOnly(check(failing, 'putback'), 'MP-REF-001');
    expect(finding).toMatchObject({
      code: 'MP-REF-001',
      expected: 'no change',
      received: '-1',
      where: { thread: 'compactor', scope: 'drops-the-isolation-reference.putbackPage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/putbackPage drops a reference on page N, which it did not take/);
    expect(lastOperation(finding)).toBe('fetchAdd page N refCount -1');
    expect(placeOf(finding)).toMatch(/MP-REF-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('putback'), 'MP-REF-001')).toMatchObject(passed);
  });
});
