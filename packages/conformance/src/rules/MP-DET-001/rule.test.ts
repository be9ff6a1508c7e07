import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-DET-001', () => {
  it('finds a count in a plain field', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-DET-001');
    expect(finding).toMatchObject({
      code: 'MP_UNTRACKED_FIELD',
      where: { thread: 'compactor', scope: 'counts-in-a-field.isolatePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/counts-in-a-field.isolations was assigned after construction/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-DET-001')).toMatchObject(passed);
  });
});
