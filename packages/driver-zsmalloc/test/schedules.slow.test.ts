import { describe, expect, it } from 'vitest';
import { casts, type Cast } from './casts.fixture.ts';
import { explorePool, zsmallocOn, type Scene } from './scene.fixture.ts';

function exploreAll(scene: Scene, { preemptions, failing, parts }: Cast) {
  const options = { search: 'bounded', preemptions, faults: 2, maxExecutions: 60_000 } as const;
  return explorePool(scene, parts(scene), { ...options, failing: failing === true });
}

describe('nothing is lost, torn or left, under every schedule of its bound, when', () => {
  it.each(casts)('$what', (cast) => {
    const result = exploreAll(zsmallocOn(), cast);
    expect(result).toMatchObject({
      found: [],
      completedPreemptions: cast.preemptions,
      stop: 'bound',
    });
  });

  it('two users share a chain of three pages, beside migration', () => {
    // Seven objects of 20 bytes, headers included, in three pages of 48.
    const result = exploreAll(zsmallocOn({ pageSize: 48 }), { ...casts[0]!, preemptions: 1 });
    expect(result).toMatchObject({ found: [], completedPreemptions: 1, stop: 'bound' });
  });
});
