import { checkDriver } from '@movable-pages/conformance';
import { definitionOf } from '@movable-pages/core';
import { expect, test } from 'vitest';
import { Mvdrv } from '../src/mvdrv/mvdrv.ts';

test('the toy driver keeps the rules, in every schedule within the quick budget', () => {
  const { findings, outcome, scenarios } = checkDriver(definitionOf(Mvdrv)!);
  expect(findings.map(({ ruleId, title }) => `${ruleId} ${title}`)).toEqual([]);
  expect(outcome).toBe('conformant');
  expect(scenarios.reduce((sum, { executions }) => sum + executions, 0)).toBeGreaterThan(40_000);
});
