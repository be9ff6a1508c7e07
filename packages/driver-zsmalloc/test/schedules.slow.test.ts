import { linux510, linux61 } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { casts } from './casts.fixture.ts';
import { explorePool, zsmallocOn } from './scene.fixture.ts';

const BUDGET = { search: 'bounded', preemptions: 2, faults: 2, maxExecutions: 100_000 } as const;

describe.each([linux510, linux61])('on $name, under every schedule of two preemptions', (profile) => {
  it.each(casts)('nothing is lost, torn or left when $what', (cast) => {
    const scene = zsmallocOn({ profile });
    const result = explorePool(scene, cast.parts(scene), { ...BUDGET, failing: cast.failing === true });
    expect(result).toMatchObject({ found: [], completedPreemptions: 2, stop: 'bound' });
  });
});

it('with chains of three pages nothing is lost, torn or left', () => {
  const [cast] = casts;
  // Seven objects of 20 bytes, headers included, in three pages of 48.
  const scene = zsmallocOn({ pageSize: 48 });
  const result = explorePool(scene, cast!.parts(scene), BUDGET);
  expect(result).toMatchObject({ found: [] });
  expect(result.completedPreemptions).toBeGreaterThanOrEqual(1);
});
