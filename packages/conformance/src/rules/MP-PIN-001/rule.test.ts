import { describe, expect, it } from 'vitest';
import {
  check,
  checkBriefly,
  expectOnly,
  lastOperation,
  passed,
  placeOf,
  rightVerdict,
  ruleOf,
} from '../prove.fixture.js';
import { failing, saysNothing } from './failing.fixture.js';
import { passing } from './passing.fixture.js';

describe('MP-PIN-001', () => {
  it('finds a page that was pinned between isolation and migration, and moved', () => {
    const finding = expectOnly(check(failing, 'pinned'), 'MP-PIN-001');
    expect(finding).toMatchObject({
      code: 'MP-PIN-001',
      title: 'migratePage moved page N, which is pinned, to page N',
      expected: 'an error, and page N where it is',
      received: '0',
      where: { thread: 'compactor', scope: 'looks-too-early.migratePage' },
      faults: 0,
    });
    expect(finding.preemptions).toBeGreaterThan(0);
    expect(lastOperation(finding)).toMatch(/fetchAdd page N refCount -1/);
    expect(placeOf(finding)).toMatch(/list-driver\.fixture\.ts:\d+$/);
  });

  it('finds it for a driver that does not say which pages must stay', () => {
    expect(expectOnly(check(saysNothing, 'pinned'), 'MP-PIN-001').received).toBe('0');
  });

  it('passes a driver that looks when it moves', () => {
    expect(ruleOf(checkBriefly(passing, 'pinned', 'unload-after-pin'), 'MP-PIN-001')).toMatchObject(passed);
  });

  it('does not apply to a driver without pins', () => {
    const report = ruleOf(rightVerdict('putback'), 'MP-PIN-001');
    expect(report).toMatchObject({ status: 'skip', reason: 'needs pins' });
  });
});
