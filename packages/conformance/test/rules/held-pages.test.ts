import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/index.ts';
import { check, checkBriefly, expectOnly, passed, ruleOf } from '../../src/rules/prove.fixture.ts';
import * as held from './held-pages.fixture.ts';

describe('a driver whose pages are in collections of its own', () => {
  it('passes, without a word on lists that it does not have', () => {
    const verdict = checkBriefly(held.keepsASet, 'migrate-sync', 'migrate-again', 'putback');
    expect(verdict.findings).toEqual([]);
    for (const rule of ['MP-ISO-003', 'MP-LRU-001']) {
      expect(ruleOf(verdict, rule)).toMatchObject({
        status: 'skip',
        triggers: 0,
        reason: 'no page was on a pageList when it was isolated',
      });
    }
    expect(ruleOf(verdict, 'MP-REL-002')).toMatchObject(passed);
  });

  it.each([
    [
      'gives a page up and leaves it in the Set',
      held.staysInTheSet,
      /present\.values\[0\] still leads to page N/,
    ],
    [
      'frees a page and leaves it in the Set',
      held.freesAndKeeps,
      /present\.values\[0\] still leads to page N/,
    ],
    ['keeps a page in state of a closure', held.keepsInAClosure, /\[0\] still leads to page N/],
    ['keeps an object that leads to a page', held.keepsTheObject, /cells\[0\]\.page still leads to page N/],
  ])('is wrong if it %s', (_what, driver, title) => {
    const finding = expectOnly(check(driver, 'migrate-sync'), 'MP-REL-002');
    expect(finding).toMatchObject({ preemptions: 0, faults: 0, where: { thread: null } });
    expect(finding.title).toMatch(title);
    expect(finding.expected).toBe('collections of the driver without anything freed');
  });

  it('is wrong if it forgets what the next migration needs, and only the second one shows it', () => {
    expect(
      checkBriefly(held.carriesNothingOver, 'migrate-sync', 'putback', 'two-compactors').findings,
    ).toEqual([]);
    const finding = expectOnly(check(held.carriesNothingOver, 'migrate-again'), 'MP-UAF-001');
    expect(finding).toMatchObject({ preemptions: 0, faults: 0, where: { thread: 'user A' } });
    expect(finding.title).toMatch(/page N is used while it is free/);
  });
});

describe('a reference of somebody who has nothing to do with the driver', () => {
  it.each([
    [
      'the target of a migration',
      held.assertsAnUnsharedTarget,
      'two-compactors',
      /migratePage threw Error: BUG: the target is shared/,
    ],
    ['a new page', held.assertsANewPage, 'from-nothing', /allocate threw Error: BUG: a new page is shared/],
  ])(
    'may be on %s, and only foreign-holder shows it',
    { timeout: 60_000 },
    (_what, driver, nearest, title) => {
      const others = scenarios.map(({ id }) => id).filter((id) => id !== 'foreign-holder');
      expect(checkBriefly(driver, ...others).findings).toEqual([]);
      expect(check(driver, nearest).findings).toEqual([]);
      const finding = expectOnly(check(driver, 'foreign-holder'), 'MP-CALL-002');
      expect(finding).toMatchObject({ preemptions: 2, faults: 0 });
      expect(finding.title).toMatch(title);
    },
  );
});

describe('a device that fails', () => {
  it('is a choice of the driver that every scenario offers', () => {
    const [finding] = checkBriefly(held.doesNotUndo, 'migrate-sync').findings;
    expect(finding).toMatchObject({ ruleId: 'MP-MIG-004', faults: 1 });
  });
});
