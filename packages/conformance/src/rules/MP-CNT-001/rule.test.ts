import { describe, expect, it } from 'vitest';
import { check, checkBriefly, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing, onlyGrows } from './failing.fixture.js';
import { passing } from './passing.fixture.js';

describe('MP-CNT-001', () => {
  it('finds a count that cannot hold all pages that are isolated at once', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-CNT-001');
    expect(finding).toMatchObject({
      code: 'MP-CNT-001',
      expected: 'isolated 2',
      received: 'isolated 0',
      where: { thread: 'compactor', scope: 'counts-in-one-bit.isolatePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/^after isolatePage of page N the driver counts 0 isolated pages/);
  });

  it('finds a page that was put back and is still counted', () => {
    const [finding] = check(onlyGrows, 'putback').findings;
    expect(['MP-CNT-001', 'MP-PUT-001']).toContain(finding!.ruleId);
  });

  it('passes a count that is true, whoever works beside it, and skips a driver without one', () => {
    expect(
      ruleOf(checkBriefly(passing, 'migrate-sync', 'putback', 'two-compactors'), 'MP-CNT-001'),
    ).toMatchObject(passed);
    expect(ruleOf(rightVerdict('putback'), 'MP-CNT-001')).toMatchObject({
      status: 'skip',
      reason: 'inspect() of the workload counts no isolated pages',
    });
  });
});
