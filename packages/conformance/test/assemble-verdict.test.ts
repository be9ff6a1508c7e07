import { describe, expect, test } from 'vitest';
import { assembleVerdict, rules, type ScenarioReport, type Verdict } from '../src/index.ts';
import { finding, scenario } from './report/verdict.fixture.ts';

const DRIVER = { name: 'toy', version: '1.0.0', contract: 'a_ops', capabilities: new Set<never>() };
const triggers = Object.fromEntries(
  [...rules.map((rule) => rule.trigger), 'two-pages', 'two-users', 'user-beside-vm'].map((each) => [each, 5]),
);
const full: ScenarioReport = { ...scenario, triggers };

const judge = (reports: readonly ScenarioReport[], context = {}): Verdict =>
  assembleVerdict(DRIVER, 'toy.ts', 'quick', ['linux-5.10'], reports, context);
const ruleOf = (verdict: Verdict, wanted: string) => verdict.rules.find(({ id }) => id === wanted)!;
const isolationOf = (verdict: Verdict) => ruleOf(verdict, 'MP-ISO-001');
const raceOf = (verdict: Verdict) => ruleOf(verdict, 'MP-RACE-001');
const without = (trigger: string): ScenarioReport => ({ ...full, triggers: { ...triggers, [trigger]: 0 } });

describe('a pass', () => {
  test('takes a search to the bound, two preemptions, two pages, two users and the VM', () => {
    const verdict = judge([full]);
    expect(isolationOf(verdict)).toMatchObject({ status: 'pass', reason: '' });
    expect(verdict).toMatchObject({ outcome: 'conformant', conformant: true });
  });

  test.each<[string, ScenarioReport, string]>([
    ['one preemption', { ...full, preemptions: 1, bound: 1 }, 'with at most 1 preemption; a pass needs 2'],
    ['one page', without('two-pages'), 'never two pages of the driver at once'],
    ['one user', without('two-users'), 'two users were never in the driver at once'],
    ['no VM beside users', without('user-beside-vm'), 'while the VM had a page'],
    ['less than its bound', { ...full, preemptions: 1, stop: 'executions' }, 'stopped at 948 schedules'],
  ])('is not given for %s', (_, report, reason) => {
    const verdict = judge([report]);
    expect(isolationOf(verdict)).toMatchObject({ status: 'inconclusive' });
    expect(isolationOf(verdict).reason).toContain(reason);
    expect(verdict).toMatchObject({ outcome: 'inconclusive', conformant: false });
  });

  test('needs all of it in one scenario that put the rule to the test', () => {
    const apart = [without('two-pages'), without('two-users')];
    expect(isolationOf(judge(apart)).status).toBe('inconclusive');
    expect(isolationOf(judge([...apart, full])).status).toBe('pass');
    const elsewhere = { ...full, triggers: { ...triggers, ['isolate']: 0 } };
    expect(isolationOf(judge([without('two-pages'), elsewhere])).status).toBe('inconclusive');
  });

  test('asks only for the preemptions where a capability or a rare moment selects the rule', () => {
    const alone = without('two-users');
    expect(ruleOf(judge([alone]), 'MP-MIG-005').status).toBe('pass');
    expect(ruleOf(judge([{ ...alone, preemptions: 1, bound: 1 }]), 'MP-MIG-005').status).toBe('inconclusive');
  });

  test('needs it under each profile', () => {
    const other = { ...without('two-users'), profile: 'linux-6.1' };
    expect(isolationOf(judge([full, other])).reason).toContain('linux-6.1: ');
  });

  test('may come of a search without a bound', () => {
    const report = { ...full, preemptions: 1, bound: 1, unbounded: true };
    expect(isolationOf(judge([report])).status).toBe('pass');
  });
});

describe('what is left out', () => {
  test.each([
    [{ rules: rules.map(({ id }) => id), scenarios: null, profiles: null }],
    [{ rules: null, scenarios: ['migrate-sync'], profiles: null }],
    [{ rules: null, scenarios: null, profiles: ['linux-5.10'] }],
  ])('keeps a verdict from being more than partial: %j', (selection) => {
    expect(judge([full], { selection })).toMatchObject({ outcome: 'partial', conformant: false });
  });

  test('are rules that were not asked for', () => {
    const verdict = judge([full], { selection: { rules: ['MP-ISO-001'], scenarios: null, profiles: null } });
    expect(verdict.rules.map(({ id }) => id)).toEqual(['MP-ISO-001']);
  });

  test('is a rule that is switched off, whether it fails or not', () => {
    const waivers = [{ rule: 'MP-RACE-001', reason: 'mended in 2.0', until: '2027-01-31' }];
    expect(raceOf(judge([full], { waivers }))).toMatchObject({
      status: 'disabled',
      reason: 'until 2027-01-31: mended in 2.0 (it would be pass now)',
    });
    const failing = judge([{ ...full, findings: [finding] }], { waivers });
    expect(raceOf(failing)).toMatchObject({ status: 'disabled' });
    expect(raceOf(failing).reason).toContain('(it fails now)');
    expect(failing).toMatchObject({ outcome: 'partial', conformant: false });
  });
});
