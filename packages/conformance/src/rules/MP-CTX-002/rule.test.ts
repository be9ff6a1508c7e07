import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-CTX-002', () => {
  it('finds a mutex that is waited for in ASYNC', () => {
    const finding = expectOnly(check(failing, 'migrate-async'), 'MP-CTX-002');
    expect(finding).toMatchObject({
      code: 'MP_SLEEP_IN_CALLBACK',
      expected: 'sleeps-in-async.migratePage must not sleep',
      received: 'a wait in list.mutex',
      where: { thread: 'compactor', scope: 'sleeps-in-async.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/may sleep in list.mutex/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-async'), 'MP-CTX-002')).toMatchObject(passed);
  });
});
