import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-DEAD-001', () => {
  it('finds two locks that are taken in two orders', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-DEAD-001');
    expect(finding).toMatchObject({
      code: 'MP_DEADLOCK',
      expected: 'every thread comes to its end',
      received:
        'compactor (locks-in-two-orders.migratePage) waits in acquire list.mutex, held by user A; user A (locks-in-two-orders.free) waits in acquire page N lock, held by compactor',
      where: { thread: 'compactor', scope: 'locks-in-two-orders.migratePage' },
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/^they wait for each other for ever: /);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-DEAD-001')).toMatchObject(passed);
  });
});
