import { checkDriver } from '@movable-pages/conformance';
import { expect, it } from 'vitest';
import { ZsmallocDriver, zsmallocHuge } from '../src/variants.ts';

/** Beside the shape that the suite meets by default, three objects in two pages. */
it.each([
  ['objects that fill a page', zsmallocHuge, {}],
  ['chains of one page', ZsmallocDriver, { pagesPerZspage: 1 }],
] as const)('zsmalloc conforms with %s', (_shape, driver, driverOptions) => {
  const verdict = checkDriver(driver, { driverOptions });
  const amiss = verdict.rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  expect(amiss.map(({ id, status, reason }) => `${id} ${status}: ${reason}`)).toEqual([]);
  expect(verdict.outcome).toBe('conformant');
});
