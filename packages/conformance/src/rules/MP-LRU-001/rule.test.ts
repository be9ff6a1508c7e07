import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-LRU-001', () => {
  it('finds freeing that unlinks a page which the VM has isolated', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-LRU-001');
    expect(finding).toMatchObject({
      code: 'MP_LRU_NOT_OWNED',
      expected: 'page N on list.pages',
      received: 'on pages isolated by compaction',
      where: { thread: 'user A', scope: 'unlinks-isolated-pages.free' },
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/from isolation to putback the links belong to the VM/);
    expect(lastOperation(finding)).toBe('acquire list.lock');
    expect(placeOf(finding)).toMatch(/MP-LRU-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-LRU-001')).toMatchObject(passed);
  });
});
