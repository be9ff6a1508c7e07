import { describe, expect, it } from 'vitest';
import { check, checkBriefly, expectOnly, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { countsOnlyWhatGoes, failing } from './failing.fixture.js';
import { passing } from './passing.fixture.js';

describe('MP-STAT-001', () => {
  it('finds a counter that stays behind when a page changes its node', () => {
    const finding = expectOnly(check(failing, 'two-nodes'), 'MP-STAT-001');
    expect(finding.title).toMatch(/^nr_zspages of node \d is -?1 when everything is freed$/);
    expect(finding).toMatchObject({ expected: '0', faults: 0 });
  });

  it('finds a counter that first moves when a page goes', () => {
    const finding = expectOnly(checkBriefly(countsOnlyWhatGoes, 'putback'), 'MP-STAT-001');
    expect(finding).toMatchObject({ expected: '0', received: expect.stringMatching(/^-/) as string });
  });

  it('passes a driver that takes its counter along', () => {
    const verdict = checkBriefly(passing, 'two-nodes');
    expect(verdict.findings).toEqual([]);
    expect(ruleOf(verdict, 'MP-STAT-001')).toMatchObject(passed);
  });

  it('is skipped for a driver that counts nothing by place', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-STAT-001')).toMatchObject({ status: 'skip' });
  });
});
