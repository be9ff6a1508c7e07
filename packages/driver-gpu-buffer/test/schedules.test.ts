import { linux61, MigrateMode, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import { explore } from '@movable-pages/explore';
import { describe, expect, it } from 'vitest';
import { COPY_FAILS, MAP_FAILS } from '../src/index.ts';
import { buffersOn, exploreBuffers, leftOver } from './scene.fixture.ts';

const DEVICE = [MAP_FAILS, COPY_FAILS];

/** Within it every schedule of the small casts below is run. */
const BUDGET = { search: 'bounded', preemptions: 1, maxExecutions: 20_000 } as const;

const actions = [
  ['migrates in ASYNC mode', MigrateMode.async],
  ['migrates in SYNC_LIGHT mode', MigrateMode.syncLight],
  ['migrates in SYNC mode', MigrateMode.sync],
  ['migrates by the copy engine', MigrateMode.syncNoCopy],
  ['puts back', 'putback'],
] as const;

describe('the buffers, under every schedule of one preemption', () => {
  it.each(actions)('survive a VM that %s while the device fails at any two steps', (_what, vm) => {
    const scene = buffersOn({ copyEngine: true }, { profile: linux61 });
    const cast = { vms: [vm], user: 'wrw', refuses: [PAGE_ALLOC_FAILS] };
    const result = exploreBuffers(scene, cast, { ...BUDGET, faults: 2 });
    expect(result).toMatchObject({ found: [], completedPreemptions: 1 });
    expect(result.executions).toBeGreaterThan(50);
  });

  it('survive two users of one buffer, whose jobs come one after the other', () => {
    const scene = buffersOn({}, { profile: linux61 });
    const { kernel, gpu } = scene;
    const { machine } = kernel;
    const buffer = gpu.buffers[0]!;
    const sums: number[][] = [];
    machine.construct(() => {
      const users = [1, 2].map((operand) =>
        machine.thread(`user ${operand}`, { party: 'user' }, function* (): Op<void> {
          yield* gpu.submit(buffer, 'add', operand);
          yield* gpu.read(buffer);
        }),
      );
      machine.thread('closer', { party: 'user', after: users }, function* (): Op<void> {
        sums.push(yield* gpu.read(buffer));
        yield* gpu.destroy(buffer);
      });
    });
    machine.refusedChoices = new Set([PAGE_ALLOC_FAILS, ...DEVICE]);
    machine.seal();
    const result = explore({ machine, monitors: [] }, BUDGET);
    expect(result).toMatchObject({ found: [], completedPreemptions: 1 });
    expect(result.executions).toBeGreaterThan(10);
    expect(sums.filter(([first, second]) => first !== 3 || second !== 3)).toEqual([]);
    expect(leftOver(scene)).toEqual([]);
  });

  it('survive allocations that fail at any two points, with reclaim beside', () => {
    const cast = { vms: [MigrateMode.sync], reclaims: true, user: 'wr', refuses: DEVICE };
    const result = exploreBuffers(buffersOn({}, { profile: linux61 }), cast, { ...BUDGET, faults: 2 });
    expect(result).toMatchObject({ found: [], completedPreemptions: 1 });
    expect(result.executions).toBeGreaterThan(50);
  });

  it.each(actions)('survive a VM that %s and a reclaimer while they are unloaded', (_what, vm) => {
    const scene = buffersOn({ copyEngine: true }, { profile: linux61 });
    const cast = {
      vms: [vm],
      reclaims: true,
      user: 'wp',
      unloadsEarly: true,
      refuses: [PAGE_ALLOC_FAILS],
    };
    const result = exploreBuffers(scene, cast, { ...BUDGET, faults: 1 });
    expect(result).toMatchObject({ found: [], completedPreemptions: 1 });
    expect(result.executions).toBeGreaterThan(50);
  });
});
