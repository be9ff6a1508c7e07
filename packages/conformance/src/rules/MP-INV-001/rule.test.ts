import { describe, expect, it } from 'vitest';
import { verdictLine } from '../../report/verdict-line.js';
import { checkBriefly, failedRules, passed, rightVerdict, ruleOf } from '../prove.fixture.js';
import { failing, inspectsInWords, saysNothing } from './failing.fixture.js';
import { passing } from './passing.fixture.js';

describe('MP-INV-001', () => {
  it('finds a count that only grows, and judges everything else to the end of the bound', () => {
    const verdict = checkBriefly(failing, 'migrate-sync');
    expect(failedRules(verdict)).toEqual(['MP-INV-001']);
    expect(verdict.findings).toHaveLength(1);
    expect(verdict.findings[0]).toMatchObject({
      code: 'MP-INV-001',
      title: expect.stringMatching(/wrong after everything is freed/) as string,
      expected: 'pages 0, objects 0',
      received: 'pages 1, objects 0',
      preemptions: 0,
      faults: 0,
    });
    const right = rightVerdict('migrate-sync');
    const [run] = verdict.scenarios;
    expect(run!.executions).toBe(right.scenarios[0]!.executions);
    expect(verdict.findings[0]!.occurrences).toBeGreaterThan(100);
    expect(ruleOf(verdict, 'MP-RACE-001')).toMatchObject(passed);
    expect(verdict.outcome).not.toBe('not-conformant');
    expect(verdictLine(verdict)).toMatch(
      /^count-drifts 1\.0\.0: partial verdict \(only .+\): inconclusive: \d+ rules pass, advice from MP-INV-001/,
    );
  });

  it('finds a count that is wrong while there are objects', () => {
    const [finding] = checkBriefly(saysNothing, 'putback').findings;
    expect(finding).toMatchObject({
      ruleId: 'MP-INV-001',
      expected: 'pages 2, objects 2',
      received: 'pages 0, objects 0',
    });
  });

  it('says what inspect gave if it is no count', () => {
    const [finding] = checkBriefly(inspectsInWords, 'putback').findings;
    expect(finding).toMatchObject({ ruleId: 'MP-INV-001', received: 'the string "two of each"' });
  });

  it('passes a count that is true, and skips a driver without one', () => {
    expect(ruleOf(checkBriefly(passing, 'migrate-sync'), 'MP-INV-001')).toMatchObject(passed);
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-INV-001')).toMatchObject({
      status: 'skip',
      reason: 'the workload has no inspect()',
    });
  });
});
