import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-PUT-001', () => {
  it('finds putback that forgets the list', () => {
    const finding = expectOnly(check(failing, 'putback'), 'MP-PUT-001');
    expect(finding).toMatchObject({
      code: 'MP-PUT-001',
      expected: 'page N on list.pages',
      received: 'on no list',
      where: { thread: 'compactor', scope: 'forgets-the-list.putbackPage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/which was on list.pages when it was isolated/);
    expect(lastOperation(finding)).toBe('release list.lock');
    expect(placeOf(finding)).toMatch(/MP-PUT-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('putback'), 'MP-PUT-001')).toMatchObject(passed);
  });
});
