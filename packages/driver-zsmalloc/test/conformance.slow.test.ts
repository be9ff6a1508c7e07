import { checkDriver } from '@movable-pages/conformance';
import { describe, expect, it } from 'vitest';
import { ZsmallocDriver } from '../src/index.ts';

/** Shapes of objects: three in two pages, one in a page, one in a page of chains that have one. */
const shapes = [
  ['objects that share a chain', {}],
  ['objects that fill a page', { objectSize: 24 }],
  ['chains of one page', { pagesPerZspage: 1 }],
] as const;

describe.each(['linux-5.10', 'linux-6.1'])('zsmalloc on %s', (profile) => {
  it.each(shapes)('conforms with %s', (_shape, driverOptions) => {
    const verdict = checkDriver(ZsmallocDriver, { profiles: [profile], driverOptions });
    const amiss = verdict.rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
    expect(amiss.map(({ id, status, reason }) => `${id} ${status}: ${reason}`)).toEqual([]);
    expect(verdict.outcome).toBe('conformant');
  });
});
