import { describe, expect, it } from 'vitest';
import { checkBriefly, failedRules } from '../../src/rules/prove.fixture.ts';
import {
  gated,
  interruptedWhenRefused,
  oneOrder,
  otherWayRound,
  safeWhenRefused,
  unloadsOtherWayRound,
} from './two-orders.fixture.ts';

describe('the order of locks over all scenarios', () => {
  it('is not broken where each scenario sees one order only', () => {
    for (const scenario of ['async-then-sync', 'allocation-fails'])
      expect(checkBriefly(otherWayRound, scenario).findings).toEqual([]);
  });

  it('is judged together, and both sides are named', () => {
    const verdict = checkBriefly(otherWayRound, 'async-then-sync', 'allocation-fails');
    expect(failedRules(verdict)).toEqual(['MP-DEAD-001']);
    expect(verdict.outcome).toBe('not-conformant');
    expect(verdict.findings).toHaveLength(1);
    expect(verdict.findings[0]).toMatchObject({
      code: 'MP_LOCK_ORDER',
      received:
        'counts.second asked for with counts.first held, in async-then-sync; counts.first asked for with counts.second held, in allocation-fails',
      scenario: 'allocation-fails',
      where: { thread: 'user B', scope: 'other-way-round.allocate' },
      other: { thread: 'compactor', scope: 'other-way-round.migratePage' },
      faults: 1,
      occurrences: 0,
    });
    for (const place of [verdict.findings[0]!.where, verdict.findings[0]!.other!])
      expect(place.source).toMatch(/two-orders\.fixture\.ts:\d+$/);
  });

  it.each([
    ['one order', oneOrder],
    ['a lock around both orders', gated],
    ['another order where no user is left', unloadsOtherWayRound],
  ])('passes a driver with %s', (_what, driver) => {
    const scenarios = ['async-then-sync', 'allocation-fails', 'free-all', 'putback'];
    expect(checkBriefly(driver, ...scenarios).findings).toEqual([]);
  });

  it('goes for locks of interrupt handlers too', () => {
    const scenarios = ['interrupt', 'allocation-fails'];
    for (const scenario of scenarios)
      expect(checkBriefly(interruptedWhenRefused, scenario).findings).toEqual([]);
    const [finding] = checkBriefly(interruptedWhenRefused, ...scenarios).findings;
    expect(finding).toMatchObject({ ruleId: 'MP-DEAD-001', code: 'MP_IRQ_UNSAFE_LOCK' });
    expect(checkBriefly(safeWhenRefused, ...scenarios).findings).toEqual([]);
  });
});
