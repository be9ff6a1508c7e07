import { expect, it } from 'vitest';
import { checkDriver } from '../src/index.ts';
import { ruleOf } from '../src/rules/prove.fixture.ts';
import { failing } from '../src/rules/MP-MIG-006/failing.fixture.ts';

it('a rule that is switched off ends no search, here or on a driver made anew', () => {
  const waivers = [{ rule: 'MP-MIG-006', reason: 'to be mended', until: '2999-12-31' }];
  const verdict = checkDriver(failing, { scenarios: ['migrate-sync'], profiles: ['linux-5.10'], waivers });
  expect([...new Set(verdict.findings.map(({ ruleId }) => ruleId))]).toEqual(['MP-MIG-006']);
  expect(ruleOf(verdict, 'MP-DET-001')).toMatchObject({ status: 'pass' });
});
