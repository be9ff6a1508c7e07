import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MARK-003', () => {
  it('finds a driver that writes page.mapping itself', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MARK-003');
    expect(finding).toMatchObject({
      code: 'MP-MARK-003',
      expected: 'setPageMovable or clearPageMovable',
      received: 'fetchAnd page N mapping',
      preemptions: 0,
      faults: 0,
    });
    expect(lastOperation(finding)).toMatch(/^fetchAnd page N mapping/);
    expect(placeOf(finding)).toMatch(/MP-MARK-003\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MARK-003')).toMatchObject(passed);
  });
});
