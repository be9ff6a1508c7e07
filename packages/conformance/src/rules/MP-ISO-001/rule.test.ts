import { describe, expect, it } from 'vitest';
import { check, expectOnly, lastOperation, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-ISO-001', () => {
  it('finds isolatePage that says nothing', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-ISO-001');
    expect(finding).toMatchObject({
      code: 'MP-ISO-001',
      expected: 'true or false',
      received: 'nothing (undefined)',
      where: { thread: 'compactor', scope: 'says-nothing.isolatePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/isolatePage of page N returned nothing/);
    expect(lastOperation(finding)).toBe('release list.lock');
    expect(placeOf(finding)).toMatch(/MP-ISO-001\/failing\.fixture\.ts:\d+$/);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-ISO-001')).toMatchObject(passed);
  });
});
