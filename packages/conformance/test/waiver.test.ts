import { expect, test } from 'vitest';
import { requireWaivers, type Waiver } from '../src/index.ts';

const waiver: Waiver = { rule: 'MP-RACE-001', reason: 'mended in 2.0', until: '2027-01-31' };

test('a waiver holds on its last day', () => {
  expect(() => requireWaivers([waiver], '2027-01-31')).not.toThrow();
});

test.each<[string, Waiver[], string]>([
  ['has ended', [{ ...waiver, until: '2026-11-25' }], 'MP_WAIVER_EXPIRED'],
  ['has no reason', [{ ...waiver, reason: ' ' }], 'MP_BAD_WAIVER'],
  ['ends on no day', [{ ...waiver, until: '2027-02-30' }], 'MP_BAD_WAIVER'],
  ['never ends', [{ rule: waiver.rule, reason: waiver.reason } as Waiver], 'MP_BAD_WAIVER'],
  ['is there twice', [waiver, waiver], 'MP_BAD_WAIVER'],
  ['is of no rule', [{ ...waiver, rule: 'MP-NO-001' }], 'MP_UNKNOWN_RULE'],
])('one that %s is refused by code', (_, waivers, code) => {
  expect(() => requireWaivers(waivers, '2026-11-26')).toThrow(expect.objectContaining({ code }) as Error);
});
