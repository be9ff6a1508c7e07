import { linux61, MigrateMode, MachineError } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { balloonOptions } from '../src/index.ts';
import { balloonOn, exploreBalloon, withBlocks, type Cast, type SceneOptions } from './scene.fixture.ts';

const BUDGET = { search: 'bounded', preemptions: 1, faults: 2, maxExecutions: 400, sampled: 100 } as const;

const failingHost: SceneOptions = { balloon: { hostFails: true, arrayPfnsMax: 2 } };

const casts: readonly [what: string, scene: SceneOptions, cast: Cast][] = [
  ['the host fails users', failingHost, { vms: [], frames: [], users: ['ID', 'iD'], allocFails: true }],
  [
    'the host fails a migration',
    failingHost,
    { vms: [MigrateMode.sync], frames: [0], users: ['d'], inflated: 2, allocFails: true },
  ],
  [
    'the host fails and it is unloaded',
    failingHost,
    { vms: [MigrateMode.sync], frames: [0], users: ['Id'], inflated: 1, unload: true, allocFails: true },
  ],
  [
    'the host fails while memory is short',
    { balloon: { ...failingHost.balloon, deflateOn: 'oom', oomPages: 1 }, kernel: withBlocks },
    { vms: ['putback'], frames: [0], users: ['aa', 'I'], inflated: 3, probe: 'before' },
  ],
  [
    'the host fails a report',
    {
      balloon: { hostFails: true, freePageReporting: true, reportingCapacity: 1 },
      kernel: { ...withBlocks, nodes: [8] },
    },
    { vms: [MigrateMode.sync], frames: [0], users: ['Ia'], inflated: 1, probe: 'before', unload: true },
  ],
  [
    'any step of probing fails',
    {
      balloon: { freePageReporting: true, reportingCapacity: 1, deflateOn: 'oom' },
      kernel: { ...withBlocks, nodes: [8] },
    },
    { vms: [], frames: [], users: ['a'], probe: 'beside', allocFails: true },
  ],
];

describe('a balloon leaves nothing behind and does not hang when', () => {
  it.each(casts)('%s', (_what, options, cast) => {
    const scene = balloonOn(linux61, undefined, options);
    const result = exploreBalloon(scene, cast, BUDGET);
    expect(result.found.map(({ violation }) => violation)).toEqual([]);
    expect(result.executions).toBeGreaterThan(100);
  });
});

describe('the options of the balloon', () => {
  it.each([
    [{ arrayPfnsMax: 0 }, 'arrayPfnsMax'],
    [{ oomPages: 1.5 }, 'oomPages'],
    [{ deflateOn: 'whim' }, 'deflateOn'],
    [{ hostFails: 'no' }, 'hostFails'],
  ])('refuse %o', (given, subject) => {
    expect(() => balloonOptions(given as never)).toThrow(MachineError);
    expect(() => balloonOptions(given as never)).toThrow(`option ${subject} of the balloon`);
  });

  it('have defaults', () => {
    expect(balloonOptions({})).toMatchObject({
      arrayPfnsMax: 256,
      deflateOn: 'request',
      freePageReporting: false,
    });
  });
});
