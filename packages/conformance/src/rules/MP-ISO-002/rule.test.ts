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
import { failing } from './failing.fixture.js';
import { passing } from './passing.fixture.js';

describe('MP-ISO-002', () => {
  it('finds a refusal that leaves a counter changed', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-ISO-002');
    expect(finding).toMatchObject({
      code: 'MP-ISO-002',
      expected: 'the driver as it was before the call',
      received: 'counts-before-it-decides.state.isolated: 1 -> 2',
      where: { thread: 'compactor', scope: 'counts-before-it-decides.isolatePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/refused page N and left changes behind/);
    expect(lastOperation(finding)).toBe('release list.lock');
    expect(placeOf(finding)).toMatch(/MP-ISO-002\/failing\.fixture\.ts:\d+$/);
  });

  it('passes a driver that decides first', () => {
    expect(ruleOf(checkBriefly(passing, 'putback'), 'MP-ISO-002')).toMatchObject(passed);
  });

  it('does not apply to a driver that never refuses', () => {
    const report = ruleOf(rightVerdict('putback'), 'MP-ISO-002');
    expect(report).toMatchObject({ status: 'skip', reason: 'needs refuses-isolation' });
  });
});
