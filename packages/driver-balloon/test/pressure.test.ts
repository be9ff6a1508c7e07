import { Gfp, linux510, linux61, MigrateMode, type Op, type Page } from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import type { DeflateOn } from '../src/index.ts';
import {
  balloonOn,
  disagreements,
  exploreBalloon,
  withBlocks,
  type Cast,
  type Scene,
} from './scene.fixture.ts';

/** A balloon on a kernel that reclaims, which gives a page back at a time. */
function shortOfMemory(deflateOn: DeflateOn, profile = linux61): Scene {
  return balloonOn(profile, undefined, { balloon: { deflateOn, oomPages: 1 }, kernel: withBlocks });
}

/** Allocates as somebody would who needs a page: with reclaim, and with OOM notifiers if that does not help. */
function* need({ kernel }: Scene, pages: number): Op<Page[]> {
  const got: Page[] = [];
  for (let i = 0; i < pages; i++) {
    const page = yield* kernel.allocator.allocPage({ gfp: Gfp.kernel });
    if (page !== null) got.push(page);
  }
  return got;
}

describe.each([linux510, linux61])('a balloon when memory is out, on $name', (profile) => {
  it.each([
    ['oom', 2, 4],
    ['shrinker', 2, 4],
    ['request', 0, 0],
  ] as const)('deflates on %s: %i of 2 allocations get a page', (deflateOn, got, total) => {
    const scene = shortOfMemory(deflateOn, profile);
    const { kernel, balloon } = scene;
    const { value } = runDirect(kernel.machine, function* () {
      expect(yield* balloon.probe()).toBe(0);
      yield* balloon.inflate(4);
      return yield* need(scene, 2);
    });
    expect(value).toHaveLength(got);
    expect(balloon.numPages).toBe(4 - got);
    // What may come back at any time still counts as the guest's.
    expect(kernel.memory.totalPages).toBe(total);
    expect(kernel.vmstat.read('balloon_deflate')).toBe(got);
  });

  it('does not take from itself: inflating asks no OOM notifier', () => {
    const scene = shortOfMemory('oom', profile);
    const { value } = runDirect(scene.kernel.machine, function* () {
      yield* scene.balloon.probe();
      yield* scene.balloon.inflate(4);
      return yield* scene.balloon.inflate();
    });
    expect(value).toBe(0);
    expect(scene.kernel.vmstat.read('balloon_deflate')).toBe(0);
    expect(disagreements(scene)).toEqual([]);
  });

  it('can be shrunk by its own inflating, which holds no lock meanwhile', () => {
    const scene = shortOfMemory('shrinker', profile);
    const { value } = runDirect(scene.kernel.machine, function* () {
      yield* scene.balloon.probe();
      yield* scene.balloon.inflate(4);
      return yield* scene.balloon.inflate();
    });
    expect(value).toBe(1);
    expect(scene.kernel.vmstat.read('balloon_deflate')).toBe(1);
    expect(disagreements(scene)).toEqual([]);
  });

  it.each(['oom', 'shrinker'] as const)(
    'leaves nothing registered on %s when it is unloaded',
    (deflateOn) => {
      const { kernel, balloon } = shortOfMemory(deflateOn, profile);
      const { value } = runDirect(kernel.machine, function* () {
        yield* balloon.probe();
        const during = kernel.reclaim.registered;
        yield* balloon.unload();
        return during;
      });
      expect(value).toEqual(['balloon']);
      expect(kernel.reclaim.registered).toEqual([]);
    },
  );
});

const BUDGET = { search: 'bounded', preemptions: 2, maxExecutions: 400, sampled: 100 } as const;

const casts: readonly [what: string, deflateOn: DeflateOn, cast: Omit<Cast, 'probe'>][] = [
  ['the VM moves a page', 'oom', { vms: [MigrateMode.sync], frames: [0], users: ['aa'] }],
  ['two are short at once', 'oom', { vms: [], frames: [], users: ['aa', 'a'] }],
  ['the VM has all pages', 'oom', { vms: ['putback'], frames: [0, 1, 2], users: ['aa', 'd'] }],
  ['it is unloaded', 'oom', { vms: ['putback'], frames: [0, 1], users: ['aa'], unload: true }],
  [
    'the VM is short',
    'oom',
    { vms: [MigrateMode.sync], frames: [0, 1, 2, 3], users: ['d'], inflated: 4, unload: true },
  ],
  ['others reclaim', 'shrinker', { vms: [], frames: [], users: ['id', 'r'] }],
  ['it inflates itself', 'shrinker', { vms: [], frames: [], users: ['ai', 'I'] }],
  ['the VM moves a page', 'shrinker', { vms: [MigrateMode.sync], frames: [0], users: ['aa'] }],
  ['it is unloaded', 'shrinker', { vms: [MigrateMode.sync], frames: [0], users: ['ai'], unload: true }],
];

describe('a balloon when memory is short, schedule after schedule', () => {
  it.each(casts)('survives while %s (%s)', (_what, deflateOn, cast) => {
    const result = exploreBalloon(
      shortOfMemory(deflateOn),
      { inflated: 3, ...cast, probe: 'before' },
      BUDGET,
    );
    expect(result.found.map(({ violation }) => violation)).toEqual([]);
    expect(result.completedPreemptions).toBeGreaterThanOrEqual(0);
    expect(result.executions).toBeGreaterThan(50);
  });
});
