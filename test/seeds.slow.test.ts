import { budgets, checkDriver, type Budget } from '@movable-pages/conformance';
import { BalloonDriver, balloonOnShrinker, balloonOnOom } from '@movable-pages/driver-balloon/variants';
import { GpuBufferDriver, gpuBufferCopyEngine } from '@movable-pages/driver-gpu-buffer/variants';
import { ZsmallocDriver, zsmallocHuge } from '@movable-pages/driver-zsmalloc/variants';
import { expect, it } from 'vitest';

/** Only what depends on the seed: what is searched to its end is the same whatever the seed. */
const sampled: Budget = { ...budgets.default, name: 'sampled', search: 'pct', maxExecutions: 60 };

it.each(
  [
    BalloonDriver,
    balloonOnOom,
    balloonOnShrinker,
    ZsmallocDriver,
    zsmallocHuge,
    GpuBufferDriver,
    gpuBufferCopyEngine,
  ].flatMap((driver) => (['pct', 'random'] as const).map((search) => ({ of: driver.name, driver, search }))),
)('no seed of 20 finds anything in a driver without mistakes: $of, $search', ({ driver, search }) => {
  for (let seed = 1; seed <= 20; seed++) {
    const { findings, scenarios } = checkDriver(driver, { seed, budget: { ...sampled, search } });
    expect(findings).toEqual([]);
    expect(scenarios.filter(({ error }) => error !== null)).toEqual([]);
    expect(scenarios.every((report) => report.sampled === sampled.maxExecutions)).toBe(true);
  }
});
