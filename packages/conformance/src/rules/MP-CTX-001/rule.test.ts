import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-CTX-001', () => {
  it('finds a page lock that is waited for under a spinlock', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-CTX-001');
    expect(finding).toMatchObject({
      code: 'MP_SLEEP_IN_ATOMIC',
      expected: 'a context that may sleep',
      received: 'holding list.lock',
      where: { thread: 'user A', scope: 'locks-the-page-under-a-spinlock.free' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/user A may sleep in page N lock while holding list.lock/);
    expect(lastOperation(finding)).toBe('acquire list.lock');
    expect(placeOf(finding)).toMatch(/MP-CTX-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-CTX-001')).toMatchObject(passed);
  });
});
