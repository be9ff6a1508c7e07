import {
  IsolateMode,
  isolateMovablePage,
  linux510,
  linux61,
  MigrateMode,
  putbackMovablePages,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { balloonOn, disagreements, listed } from './scene.fixture.ts';

describe.each([linux510, linux61])('the balloon on $name', (profile) => {
  it('takes pages, tells the host, and gives them back', () => {
    const scene = balloonOn(profile);
    const { kernel, balloon } = scene;
    const { value } = runDirect(kernel.machine, function* () {
      const inflated = [yield* balloon.inflate(), yield* balloon.inflate()];
      const during = { inflated, believed: [...balloon.host.inflated], free: kernel.allocator.freePages(0) };
      const deflated = [yield* balloon.deflate(), yield* balloon.deflate(), yield* balloon.deflate()];
      return { during, deflated };
    });
    expect(value.during).toEqual({ inflated: [1, 1], believed: [0, 1], free: 2 });
    expect(value.deflated).toEqual([1, 1, 0]);
    expect(kernel.vmstat.read('balloon_inflate')).toBe(2);
    expect(kernel.vmstat.read('balloon_deflate')).toBe(2);
    expect(disagreements(scene)).toEqual([]);
  });

  it('says so when there is no memory', () => {
    const { kernel, balloon } = balloonOn(profile);
    const { value } = runDirect(kernel.machine, function* () {
      for (let page = 0; page < kernel.frames.count; page++) yield* balloon.inflate();
      return yield* balloon.inflate();
    });
    expect(value).toBe(0);
    expect(balloon.numPages).toBe(kernel.frames.count);
  });

  it('takes and gives back several pages at a time, of which it tells the host at once', () => {
    const scene = balloonOn(profile, undefined, { balloon: { arrayPfnsMax: 3 } });
    const { kernel, balloon } = scene;
    const host = kernel.machine.threads.find(({ name }) => name === 'balloon host')!;
    const { value } = runDirect(kernel.machine, function* () {
      const counts: number[][] = [];
      // The direct executor gives the host a turn to begin with, and one for each request.
      const step = (change: number) => counts.push([change, balloon.numPages, host.steps - 1]);
      step(yield* balloon.inflate(4));
      step(yield* balloon.deflate(2));
      step(yield* balloon.inflate(4));
      step(yield* balloon.deflate(9));
      step(yield* balloon.deflate(9));
      step(yield* balloon.deflate(9));
      return counts;
    });
    expect(value).toEqual([
      [3, 3, 1],
      [2, 1, 2],
      [3, 4, 3],
      [3, 1, 4],
      [1, 0, 5],
      [0, 0, 5],
    ]);
    expect(disagreements(scene)).toEqual([]);
  });

  it('takes the memory of its pages out of MemTotal, in the zones where they are', () => {
    const scene = balloonOn(profile, undefined, { kernel: { nodes: [2, 2] }, otherNode: true });
    const { kernel, balloon, vmRound } = scene;
    const managed = () => [...kernel.memory.zones.map((zone) => zone.managedPages), kernel.memory.totalPages];
    const { value } = runDirect(kernel.machine, function* () {
      const seen = [managed()];
      yield* balloon.inflate();
      seen.push(managed());
      yield* vmRound([0], MigrateMode.sync);
      seen.push(managed());
      yield* balloon.unload();
      return [...seen, managed()];
    });
    expect(value).toEqual([
      [2, 2, 4],
      [1, 2, 3],
      [2, 1, 3],
      [2, 2, 4],
    ]);
    expect(disagreements(scene)).toEqual([]);
  });

  it('moves its pages in SYNC mode, with the host informed and nothing else counted', () => {
    const scene = balloonOn(profile);
    const { kernel, balloon, vmRound } = scene;
    const { value } = runDirect(kernel.machine, function* () {
      yield* balloon.inflate();
      yield* balloon.inflate();
      return yield* vmRound([0, 1], MigrateMode.sync);
    });
    expect(value).toBe(0);
    // Targets: the two frames that were free.
    expect(listed(balloon).sort()).toEqual([2, 3]);
    expect([kernel.page(0).refCount, kernel.page(2).refCount]).toEqual([0, 1]);
    expect(kernel.vmstat.read('balloon_migrate')).toBe(2);
    expect(kernel.vmstat.read('balloon_inflate')).toBe(2);
    expect(kernel.vmstat.read('balloon_deflate')).toBe(0);
    expect(disagreements(scene)).toEqual([]);
  });

  it.each([
    ['async', MigrateMode.async],
    ['syncLight', MigrateMode.syncLight],
    ['syncNoCopy', MigrateMode.syncNoCopy],
  ] as const)('stays where it is in mode %s', (_name, mode) => {
    const scene = balloonOn(profile);
    const { kernel, balloon, vmRound } = scene;
    const results = new Set<unknown>();
    kernel.events.on('driver_migrate', ({ result }) => results.add(result));
    const { value } = runDirect(kernel.machine, function* () {
      yield* balloon.inflate();
      return yield* vmRound([0], mode);
    });
    expect(value).toBe(1);
    expect([...results]).toEqual([mode === MigrateMode.syncNoCopy ? -22 : -11]);
    expect(listed(balloon)).toEqual([0]);
    expect(disagreements(scene)).toEqual([]);
  });

  it('waits with its unloading for isolated pages, and takes no more', () => {
    const scene = balloonOn(profile);
    const { kernel, balloon } = scene;
    const { machine } = kernel;
    const log: string[] = [];
    machine.construct(() => {
      machine.thread('vm', { party: 'vm' }, function* () {
        yield* balloon.inflate();
        yield* isolateMovablePage(kernel.page(0), IsolateMode.asyncMigrate);
        log.push('isolated');
        // Once around, so that the unloader comes to wait.
        for (let turn = 0; turn < 10; turn++) yield* machine.yieldNow();
        log.push('putback');
        const list = kernel.lists.create('isolated', 'vm');
        list.add(kernel.page(0));
        yield* putbackMovablePages(list);
      });
    });
    runDirect(machine, function* () {
      while (balloon.numPages === 0) yield* machine.yieldNow();
      yield* balloon.unload();
      log.push('unloaded');
      log.push(`inflates: ${yield* balloon.inflate()}`);
    });
    expect(log).toEqual(['isolated', 'putback', 'unloaded', 'inflates: 0']);
    expect(disagreements(scene)).toEqual([]);
  });
});

describe('the workload of the balloon', () => {
  it('counts what it holds', () => {
    const { kernel, workload } = balloonOn();
    runDirect(kernel.machine, function* () {
      yield* workload.allocate();
      const token = yield* workload.allocate();
      yield* workload.free(token);
    });
    expect(workload.inspect!()).toEqual({ pages: 1, objects: 1, isolated: 0 });
    runDirect(kernel.machine, () => workload.unload!(), { fresh: false });
    expect(workload.inspect!()).toEqual({ pages: 0, objects: 0, isolated: 0 });
  });
});
