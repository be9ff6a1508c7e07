import { linux61 } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { casts } from './casts.fixture.ts';
import { explorePool, zsmallocOn } from './scene.fixture.ts';

/** The deepest bound, and executions within it; the slow tier goes to its end. */
const BUDGET = { search: 'bounded', preemptions: 2, faults: 2, maxExecutions: 600 } as const;

describe('on linux-6.1 nothing is lost, torn or left, in the first schedules, when', () => {
  it.each(casts)('$what', (cast) => {
    const scene = zsmallocOn({ profile: linux61 });
    const result = explorePool(scene, cast.parts(scene), { ...BUDGET, failing: cast.failing === true });
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBeGreaterThanOrEqual(0);
    expect(result.executions).toBeGreaterThan(30);
  });
});
