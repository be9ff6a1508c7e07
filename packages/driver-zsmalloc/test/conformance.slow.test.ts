import { checkDriver } from '@movable-pages/conformance';
import { expect, it } from 'vitest';
import { ZsmallocDriver } from '../src/index.ts';

/** Beside the shape that the suite meets by default, three objects in two pages. */
it.each([
  ['objects that fill a page', { objectSize: 24 }],
  ['chains of one page', { pagesPerZspage: 1 }],
] as const)('zsmalloc conforms with %s', (_shape, driverOptions) => {
  const verdict = checkDriver(ZsmallocDriver, { profiles: ['linux-5.10'], driverOptions });
  const amiss = verdict.rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  expect(amiss.map(({ id, status, reason }) => `${id} ${status}: ${reason}`)).toEqual([]);
  expect(verdict.outcome).toBe('conformant');
});
