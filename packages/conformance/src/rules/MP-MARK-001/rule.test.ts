import { describe, expect, it } from 'vitest';
import {
  checkFromNothing,
  expectOnly,
  lastOperation,
  passed,
  placeOf,
  rightVerdict,
  ruleOf,
} from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MARK-001', () => {
  it('finds a page that is marked without its lock', () => {
    const finding = expectOnly(checkFromNothing(failing), 'MP-MARK-001');
    expect(finding).toMatchObject({
      code: 'MP_PAGE_NOT_LOCKED',
      expected: 'page N locked by the caller',
      received: 'not locked by the caller',
      where: { thread: 'user A', scope: 'marks-unlocked.allocate' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/setPageMovable of page N without its page lock/);
    expect(lastOperation(finding)).toBe('release list.lock');
    expect(placeOf(finding)).toMatch(/\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('from-nothing'), 'MP-MARK-001')).toMatchObject(passed);
  });
});
