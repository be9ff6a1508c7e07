import { describe, expect, it } from 'vitest';
import { check, expectOnly, expectPass, lastOperation, placeOf, rightVerdict } from '../prove.fixture.js';
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
    expect(lastOperation(finding)).toBe('store page 0 mapping = 2');
    expect(placeOf(finding)).toMatch(/MP-MARK-002\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expectPass(rightVerdict('migrate-sync'), 'MP-MARK-002');
  });
});
