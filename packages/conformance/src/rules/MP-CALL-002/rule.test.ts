import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-CALL-002', () => {
  it('finds a callback that throws', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-CALL-002');
    expect(finding).toMatchObject({
      code: 'MP_THREW',
      expected: 'an ordinary return',
      received: 'Error: BUG: a page is isolated already',
      where: { thread: 'compactor', scope: 'asserts-one-at-a-time.isolatePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/asserts-one-at-a-time.isolatePage threw/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-CALL-002')).toMatchObject(passed);
  });
});
