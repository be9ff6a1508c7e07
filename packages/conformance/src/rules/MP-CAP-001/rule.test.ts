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
import { failing, groupsOfOne, refusesNoCopy } from './failing.fixture.js';

describe('MP-CAP-001', () => {
  it('finds a refusal that the driver did not declare', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-CAP-001');
    expect(finding).toMatchObject({
      code: 'MP-CAP-001',
      expected: 'true, or the capability refuses-isolation',
      received: 'false',
      where: { thread: 'compactor', scope: 'refuses-silently.isolatePage' },
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/does not declare refuses-isolation/);
    expect(lastOperation(finding)).toBe('tryAcquire list.lock');
    expect(placeOf(finding)).toMatch(/MP-CAP-001\/failing\.fixture\.ts:\d+$/);
  });

  it('finds groups of one page', () => {
    const finding = expectOnly(checkBriefly(groupsOfOne, 'page-group'), 'MP-CAP-001');
    expect(finding).toMatchObject({
      title: 'one object takes 1 page, but the driver declares page-groups',
      received: '1',
      hint: 'do what the capability says, or do not declare it',
    });
  });

  it('finds SYNC_NO_COPY refused by a driver that says it supports it', () => {
    const finding = expectOnly(checkBriefly(refusesNoCopy, 'migrate-sync-no-copy'), 'MP-CAP-001');
    expect(finding).toMatchObject({
      received: '-EINVAL',
      where: { thread: 'compactor', scope: 'refuses-no-copy.migratePage' },
    });
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-CAP-001')).toMatchObject(passed);
  });
});
