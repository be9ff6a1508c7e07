import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-ISO-003', () => {
  it('finds a page that is given up and still on a list', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-ISO-003');
    expect(finding).toMatchObject({
      code: 'MP-ISO-003',
      expected: 'page N on no list',
      received: 'on list.pages',
      where: { thread: 'compactor', scope: 'leaves-it-on-the-list.isolatePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/gave up page N, which is still on list.pages/);
    expect(lastOperation(finding)).toBe('release list.lock');
    expect(placeOf(finding)).toMatch(/MP-ISO-003\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-ISO-003')).toMatchObject(passed);
  });
});
