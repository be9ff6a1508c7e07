import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-REL-001', () => {
  it('finds a page that goes free with its mark on', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-REL-001');
    expect(finding).toMatchObject({
      code: 'MP-REL-001',
      expected: 'clearPageMovable before the last put',
      received: 'a page with live operations going free',
      where: { thread: 'user A', scope: 'frees-marked-pages.free' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/drops its last reference on page N, which is still marked movable/);
    expect(lastOperation(finding)).toBe('fetchAdd page N refCount -1');
    expect(placeOf(finding)).toMatch(/MP-REL-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-REL-001')).toMatchObject(passed);
  });
});
