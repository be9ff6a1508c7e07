import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-LIVE-001', () => {
  it('finds a loop that waits for what it keeps from happening', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-LIVE-001');
    expect(finding).toMatchObject({
      code: 'MP_LIVELOCK',
      expected: 'every thread comes to its end',
      where: { thread: 'compactor' },
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/user A \(spins-until-putback.free\)/);
    expect(lastOperation(finding)).toBe('relax');
    expect(placeOf(finding)).toMatch(/MP-LIVE-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-LIVE-001')).toMatchObject(passed);
  });
});
