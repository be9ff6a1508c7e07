import { checkDriver } from '@movable-pages/conformance';
import { expect, test } from 'vitest';
import { tiny } from './driver.fixture.ts';

test('the driver whose mutants are judged elsewhere is right', () => {
  const asked = { scenarios: ['two-compactors', 'putback'], profiles: ['linux-6.1'] };

  const { findings, scenarios } = checkDriver(tiny, asked);

  expect(findings).toEqual([]);
  expect(scenarios).toMatchObject([
    { preemptions: 2, error: null },
    { preemptions: 2, error: null },
  ]);
});
