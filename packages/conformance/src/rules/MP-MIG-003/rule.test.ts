import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MIG-003', () => {
  it('finds contents that are not there after the move', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MIG-003');
    expect(finding).toMatchObject({
      code: 'MP_CONTENTS_LOST',
      expected: '1151',
      received: '-1431655766',
      where: { thread: 'closer' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/an object reads -1431655766, but 1151 was written/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MIG-003')).toMatchObject(passed);
  });
});
