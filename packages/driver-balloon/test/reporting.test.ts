import {
  buildDriver,
  definitionOf,
  Kernel,
  linux61,
  MigrateMode,
  PAGE_ALLOC_FAILS,
  PageReporting,
  type Op,
} from '@movable-pages/core';
import { completion, kthread, runDirect, yieldNow } from '@movable-pages/machine';
import { explore } from '@movable-pages/explore';
import { describe, expect, it } from 'vitest';
import { BalloonDriver } from '../src/index.ts';
import { balloonOn, exploreBalloon, withBlocks, type Cast, type SceneOptions } from './scene.fixture.ts';

const reporting: SceneOptions = {
  balloon: { freePageReporting: true, reportingCapacity: 1 },
  kernel: { ...withBlocks, nodes: [8] },
};

describe('free page reporting', () => {
  it('tells the host of free blocks, and not of those in the balloon', () => {
    const { kernel, balloon } = balloonOn(linux61, undefined, reporting);
    const { areas } = kernel.memory.zones[0]!.buddy!;
    runDirect(kernel.machine, function* () {
      expect(yield* balloon.probe()).toBe(0);
      yield* balloon.inflate(3);
      for (let turn = 0; turn < 20; turn++) yield* yieldNow();
    });
    const told = [0, 2, 4, 6].filter((pfn) => areas.isReported(pfn));
    expect(told).toEqual([4, 6]);
  });

  it('ends with unloading: what is freed afterwards is not reported', () => {
    const { kernel, balloon } = balloonOn(linux61, undefined, reporting);
    const { areas } = kernel.memory.zones[0]!.buddy!;
    const told = () => [0, 2, 4, 6].filter((pfn) => areas.isReported(pfn));
    const turns = function* (): Op<void> {
      for (let turn = 0; turn < 20; turn++) yield* yieldNow();
    };
    runDirect(kernel.machine, function* () {
      yield* balloon.probe();
      yield* turns();
      expect(told()).toEqual([0, 2, 4, 6]);
      yield* balloon.unload();
      const page = yield* kernel.allocator.allocPage();
      yield* page!.put();
      yield* turns();
    });
    expect(told()).toHaveLength(3);
  });

  it('is done without on a machine without blocks', () => {
    const { kernel, balloon } = balloonOn(linux61, undefined, { balloon: { freePageReporting: true } });
    expect(runDirect(kernel.machine, () => balloon.probe()).value).toBe(0);
  });

  it('is refused if the kernel has a device, and what was registered before is taken back', () => {
    const kernel = new Kernel({ profile: linux61, nodes: [8], pageSize: 64, spareWords: 512, ...withBlocks });
    const options = { freePageReporting: true, deflateOn: 'oom' } as const;
    const [, second] = [1, 2].map(() => buildDriver(kernel, definitionOf(BalloonDriver)!, options));
    const balloon = second!.driver as BalloonDriver;
    expect(runDirect(kernel.machine, () => balloon.probe()).value).toBe(-16);
    expect(kernel.reclaim.registered).toEqual([]);
    expect(second!.mapping.registered).toBe(false);
  });

  const casts: readonly [what: string, cast: Cast][] = [
    ['the VM moves a page', { vms: [MigrateMode.sync], frames: [0], users: ['a'], inflated: 1 }],
    ['pages come and go', { vms: [], frames: [], users: ['Ia', 'D'], inflated: 2 }],
    ['it is unloaded', { vms: ['putback'], frames: [0], users: ['a'], inflated: 1, unload: true }],
  ];

  it.each(casts)('loses nothing and leaves nothing while %s', (_what, cast) => {
    const scene = balloonOn(linux61, undefined, reporting);
    const result = exploreBalloon(
      scene,
      { ...cast, probe: 'before' },
      { search: 'bounded', preemptions: 2, maxExecutions: 500, sampled: 100 },
    );
    expect(result.found.map(({ violation }) => violation)).toEqual([]);
    expect(result.completedPreemptions).toBeGreaterThanOrEqual(0);
    expect(result.executions).toBeGreaterThan(100);
  });

  it('is a race if the guest does not wait for the host', () => {
    const { kernel } = balloonOn(linux61, undefined, { kernel: reporting.kernel! });
    const { machine } = kernel;
    machine.construct(() => {
      const asked = completion('asked');
      kthread('hasty host', { party: 'device', daemon: true }, function* (): Op<void> {
        yield* asked.wait();
        kernel.contents.zero(0);
      });
      const device = {
        name: 'hasty',
        *report(): Op<number> {
          yield* asked.complete();
          return 0;
        },
      };
      const hasty = new PageReporting(kernel, device, { capacity: 1 });
      machine.thread('user', { party: 'user' }, function* () {
        yield* hasty.register();
        const page = yield* kernel.allocator.allocPage();
        page!.writeWord(0, 1);
        yield* page!.put();
      });
    });
    machine.refusedChoices = new Set([PAGE_ALLOC_FAILS]);
    machine.seal();
    const { found } = explore(
      { machine, monitors: [] },
      { search: 'bounded', preemptions: 1, maxExecutions: 300 },
    );
    expect(found.map(({ violation }) => violation)).toContainEqual(
      expect.objectContaining({ code: 'MP_DATA_RACE' }),
    );
  });
});
