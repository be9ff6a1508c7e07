import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-CALL-001', () => {
  it('finds a try-lock of the page that the caller has locked', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-CALL-001');
    expect(finding).toMatchObject({
      code: 'MP-CALL-001',
      expected: 'the page locks left alone',
      received: 'a try-lock that can never succeed',
      where: { thread: 'compactor', scope: 'tries-the-callers-lock.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/asks for page N lock, which its caller holds for it/);
    expect(placeOf(finding)).toMatch(/MP-CALL-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-CALL-001')).toMatchObject(passed);
  });
});
