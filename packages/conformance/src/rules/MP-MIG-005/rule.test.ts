import { describe, expect, it } from 'vitest';
import { check, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MIG-005', () => {
  it('finds a move where copying was to be left to others', () => {
    const finding = expectOnly(check(failing, 'migrate-sync-no-copy'), 'MP-MIG-005');
    expect(finding).toMatchObject({
      code: 'MP-MIG-005',
      expected: '-EINVAL',
      received: '0',
      where: { thread: 'compactor', scope: 'ignores-the-mode.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/in MIGRATE_SYNC_NO_COPY/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync-no-copy'), 'MP-MIG-005')).toMatchObject(passed);
  });
});
