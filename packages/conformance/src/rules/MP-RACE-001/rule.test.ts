import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-RACE-001', () => {
  it('finds a list that is changed without its lock', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-RACE-001');
    expect(finding).toMatchObject({
      code: 'MP_DATA_RACE',
      expected: 'one lock around every access to isolates-without-the-list-lock.state.isolated',
      received: 'user A reads it and compactor wrote it with no common lock',
      where: { thread: 'user A', scope: 'isolates-without-the-list-lock.free' },
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/nothing orders it after compactor/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-RACE-001')).toMatchObject(passed);
  });
});
