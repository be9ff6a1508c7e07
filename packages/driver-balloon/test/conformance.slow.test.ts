import { checkDriver } from '@movable-pages/conformance';
import { expect, it } from 'vitest';
import { BalloonDriver, balloonOnOom, balloonOnShrinker } from '../src/variants.ts';

it.each([
  ['as it is', BalloonDriver],
  ['deflating when memory is out', balloonOnOom],
  ['deflating when memory is short, of a host that fails', balloonOnShrinker],
])('a balloon conforms, %s', (_shape, balloon) => {
  const verdict = checkDriver(balloon, { profiles: ['linux-6.1'] });
  const amiss = verdict.rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  expect(amiss.map(({ id, status, reason }) => `${id} ${status}: ${reason}`)).toEqual([]);
  // Under one profile: a part.
  expect(verdict.outcome).toBe('partial');
});
