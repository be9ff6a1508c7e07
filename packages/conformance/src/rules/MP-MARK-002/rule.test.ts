import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MARK-002', () => {
  it('finds a page that is cleared twice', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MARK-002');
    expect(finding).toMatchObject({
      code: 'MP_NOT_MOVABLE',
      expected: 'a movable page',
      received: 'a page without a driver',
      where: { thread: 'user A', scope: 'clears-twice.free' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/clear it once/);
    expect(lastOperation(finding)).toBe('store page N mapping = 2');
    expect(placeOf(finding)).toMatch(/MP-MARK-002\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MARK-002')).toMatchObject(passed);
  });
});
