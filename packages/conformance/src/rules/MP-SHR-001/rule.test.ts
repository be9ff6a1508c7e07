import { describe, expect, it } from 'vitest';
import { check, checkBriefly, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing, hasNothing, keepsUntilFreed, saysNothing } from './failing.fixture.js';
import { passing, waits } from './passing.fixture.js';

describe('MP-SHR-001', () => {
  it('finds a count of pages that were not let go of', () => {
    const finding = expectOnly(check(failing, 'shrink'), 'MP-SHR-001');
    expect(finding).toMatchObject({
      code: 'MP-SHR-001',
      expected: 'at most 0',
      received: '1',
      preemptions: 1,
      faults: 0,
    });
    expect(finding.title).toMatch(/more than the driver let go of/);
  });

  it('finds a shrink that does not count', () => {
    const finding = expectOnly(checkBriefly(saysNothing, 'shrink'), 'MP-SHR-001');
    expect(finding).toMatchObject({ received: 'nothing (undefined)', preemptions: 0 });
  });

  it('passes a true count', () => {
    expect(ruleOf(checkBriefly(passing, 'shrink'), 'MP-SHR-001')).toMatchObject(passed);
  });

  it('passes a page of which somebody who waits to free it has the last reference', () => {
    expect(check(waits, 'shrink-scattered').findings).toEqual([]);
  });

  it('finds a page that is kept until its object is freed', () => {
    expect(expectOnly(checkBriefly(keepsUntilFreed, 'shrink'), 'MP-SHR-001').code).toBe('MP-SHR-001');
  });

  it('says that nothing was given back, and is no part of a pass then', () => {
    const report = ruleOf(checkBriefly(hasNothing, 'shrink'), 'MP-SHR-001');
    expect(report).toMatchObject({
      status: 'skip',
      reason: expect.stringMatching(/nothing to give back/) as string,
    });
  });

  it('does not apply to a driver that does not shrink', () => {
    const report = ruleOf(rightVerdict('putback'), 'MP-SHR-001');
    expect(report).toMatchObject({ status: 'skip', reason: 'needs shrinks' });
  });
});
