import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-CAP-001', () => {
  it('finds a refusal that the driver did not declare', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-CAP-001');
    expect(finding).toMatchObject({
      code: 'MP-CAP-001',
      expected: 'true, or the capability refuses-isolation',
      received: 'false',
      where: { thread: 'compactor', scope: 'refuses-silently.isolatePage' },
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/does not declare refuses-isolation/);
    expect(lastOperation(finding)).toBe('tryAcquire list.lock');
    expect(placeOf(finding)).toMatch(/MP-CAP-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-CAP-001')).toMatchObject(passed);
  });
});
