import { describe, expect, it } from 'vitest';
import {
  check,
  checkBriefly,
  checkFromNothing,
  expectOnly,
  passed,
  rightVerdict,
  ruleOf,
} from '../prove.fixture.js';
import { failing, leavesANotifier, registersNothing } from './failing.fixture.js';
import { passing } from './passing.fixture.js';

describe('MP-OPS-001', () => {
  it('finds operations that stay registered when loading fails', () => {
    const finding = expectOnly(check(failing, 'load'), 'MP-OPS-001');
    expect(finding).toMatchObject({
      code: 'MP-OPS-001',
      expected: 'nothing registered',
      received: 'its movable operations',
      preemptions: 0,
      faults: 1,
    });
  });

  it('finds a page that is marked before the operations are registered', () => {
    const finding = expectOnly(checkFromNothing(registersNothing), 'MP-OPS-001');
    expect(finding).toMatchObject({ code: 'MP_NO_MOVABLE_OPS', received: 'none', preemptions: 0, faults: 0 });
    expect(finding.title).toMatch(
      /^page N is marked movable, and the operations of registers-nothing are not/,
    );
  });

  it('finds a notifier that is left behind', () => {
    const finding = expectOnly(check(leavesANotifier, 'load'), 'MP-OPS-001');
    expect(finding).toMatchObject({ received: '1 of its shrinkers and notifiers', faults: 0 });
  });

  it('passes a driver that undoes what it did, and skips one that cannot be unloaded', () => {
    expect(ruleOf(checkBriefly(passing, 'load', 'migrate-sync'), 'MP-OPS-001')).toMatchObject(passed);
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-OPS-001')).toMatchObject({
      status: 'skip',
      reason: 'the workload has no unload()',
    });
  });
});
