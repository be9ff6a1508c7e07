import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-FLAG-001', () => {
  it('finds putback that clears PG_isolated', () => {
    const finding = expectOnly(check(failing, 'putback'), 'MP-FLAG-001');
    expect(finding).toMatchObject({
      code: 'MP-FLAG-001',
      expected: 'the bit left alone',
      received: 'cleared',
      where: { thread: 'compactor', scope: 'clears-the-flag.putbackPage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/the driver clears PG_isolated of page N/);
    expect(lastOperation(finding)).toBe('fetchAnd page N flags & ~0x40000');
    expect(placeOf(finding)).toMatch(/MP-FLAG-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('putback'), 'MP-FLAG-001')).toMatchObject(passed);
  });
});
