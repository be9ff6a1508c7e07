import {
  Errno,
  isolateMovablePage,
  linux510,
  linux61,
  MigrateMode,
  putbackMovablePage,
  type Op,
} from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { Fullness, type ZsHandle, type Zspage } from '../src/index.ts';
import { chainOf, HUGE, leftovers, SMALL, zsmallocOn, type Scene } from './scene.fixture.ts';

/** A zspage of three objects that hold 1000, 2000 and 3000. */
function withObjects(scene: Scene, size = SMALL): { handles: ZsHandle[]; zspage: Zspage } {
  const handles = scene.run(function* () {
    const made: ZsHandle[] = [];
    for (const value of size === SMALL ? [1000, 2000, 3000] : [1000]) {
      const handle = (yield* scene.pool.malloc(size))!;
      yield* scene.workload.write(handle, value);
      made.push(handle);
    }
    return made;
  });
  const sizeClass = scene.pool.classes.at(size === SMALL ? 0 : -1)!;
  const [zspage] = sizeClass.groups[Fullness.full]!;
  return { handles, zspage: zspage! };
}

function* values({ workload }: Scene, handles: readonly ZsHandle[]): Op<number[]> {
  const read: number[] = [];
  for (const handle of handles) read.push(yield* workload.read(handle));
  return read;
}

describe.each([linux510, linux61])('on $name', (profile) => {
  it.each([MigrateMode.async, MigrateMode.syncLight, MigrateMode.sync])(
    'every page of a chain moves in mode %i, and the objects with them',
    (mode) => {
      const scene = zsmallocOn({ profile });
      const { handles, zspage } = withObjects(scene);
      const before = chainOf(zspage);
      expect(scene.run(() => scene.vmRound(mode))).toBe(0);
      const after = chainOf(zspage);
      expect(after).toHaveLength(2);
      // The second may come to lie where the first was.
      expect(after.filter((pfn, at) => pfn === before[at])).toEqual([]);
      expect(scene.run(() => values(scene, handles))).toEqual([1000, 2000, 3000]);
      expect(scene.groups()).toEqual(['full 3']);
      expect(scene.kernel.memory.nodeStat.read(0, 'nr_zspages')).toBe(2);
    },
  );

  it.each([0, 1])('page %i of a chain moves by itself', (which) => {
    const scene = zsmallocOn({ profile });
    const { handles, zspage } = withObjects(scene);
    const before = chainOf(zspage);
    const { machine } = scene.kernel;
    scene.run(function* () {
      const list = scene.kernel.lists.create('isolated', 'vm');
      const page = scene.kernel.page(before[which]!);
      expect(yield* isolateMovablePage(page, 0)).toBe(0);
      list.add(page);
      expect(yield* scene.vmMigrate(list)).toBe(0);
    });
    const after = chainOf(zspage);
    expect(after[1 - which]).toBe(before[1 - which]);
    expect(after[which]).not.toBe(before[which]);
    expect(scene.run(() => values(scene, handles))).toEqual([1000, 2000, 3000]);
    expect(machine.current).toBe(null);
  });

  it('a page moves that one object fills, its handle in the page frame', () => {
    const scene = zsmallocOn({ profile });
    const { handles, zspage } = withObjects(scene, HUGE);
    const [before] = chainOf(zspage);
    expect(scene.run(() => scene.vmRound(MigrateMode.sync))).toBe(0);
    expect(chainOf(zspage)).not.toEqual([before]);
    expect(scene.run(() => values(scene, handles))).toEqual([1000]);
    scene.run(() => scene.pool.free(handles[0]!));
    expect(leftovers(scene)).toEqual([]);
  });

  it('SYNC_NO_COPY is refused for good', () => {
    const scene = zsmallocOn({ profile });
    withObjects(scene);
    const results: unknown[] = [];
    scene.kernel.events.on('driver_migrate', ({ result }) => results.push(result));
    expect(scene.run(() => scene.vmRound(MigrateMode.syncNoCopy))).toBe(2);
    expect(results).toEqual([-Errno.EINVAL, -Errno.EINVAL]);
    expect(scene.groups()).toEqual(['full 3']);
  });
});

describe('while the VM has a page', () => {
  it('nothing is allocated from its zspage, which comes back to its list with the last page', () => {
    const scene = zsmallocOn();
    const { handles, zspage } = withObjects(scene);
    const [first, second] = zspage.pages();
    scene.run(function* () {
      yield* scene.pool.free(handles[2]!);
      expect(yield* isolateMovablePage(first!, 0)).toBe(0);
      expect(yield* isolateMovablePage(second!, 0)).toBe(0);
      expect([scene.groups(), zspage.isolated, scene.pool.isolation.peek()]).toEqual([[], 2, 1]);
      yield* scene.pool.malloc(SMALL);
      expect(scene.groups()).toEqual(['almostEmpty 1']);
      yield* putbackMovablePage(first!);
      expect([scene.groups(), zspage.isolated]).toEqual([['almostEmpty 1'], 1]);
      yield* putbackMovablePage(second!);
    });
    expect(scene.groups()).toEqual(['almostEmpty 1', 'almostEmpty 2']);
    expect(scene.pool.isolation.peek()).toBe(0);
  });

  it.each(['putback', 'migration'] as const)(
    'its objects may be freed; the zspage follows after the %s',
    (end) => {
      const scene = zsmallocOn();
      const { handles, zspage } = withObjects(scene);
      const pages = zspage.pages();
      scene.run(function* () {
        const list = scene.kernel.lists.create('isolated', 'vm');
        for (const page of pages) {
          expect(yield* isolateMovablePage(page, 0)).toBe(0);
          list.addTail(page);
        }
        for (const handle of handles) yield* scene.pool.free(handle);
        expect(scene.pool.totalPages).toBe(2);
        if (end === 'putback') for (const page of list.peek()) list.remove(page);
        if (end === 'putback') for (const page of pages) yield* putbackMovablePage(page);
        else expect(yield* scene.vmMigrate(list)).toBe(0);
      });
      expect(leftovers(scene)).toEqual([]);
    },
  );

  it('a page whose object is in use stays, and moves when it is not', () => {
    const scene = zsmallocOn();
    const { handles, zspage } = withObjects(scene);
    const before = chainOf(zspage);
    const results = new Map<number, unknown[]>();
    scene.kernel.events.on('driver_migrate', ({ oldPage, result }) =>
      results.set(oldPage.pfn, [...(results.get(oldPage.pfn) ?? []), result]),
    );
    const { machine } = scene.kernel;
    const stage = { mapped: false, done: false };
    machine.construct(() => {
      machine.thread('vm', { party: 'vm' }, function* () {
        while (!stage.mapped) yield* machine.yieldNow();
        const left = yield* scene.vmRound(MigrateMode.async);
        stage.done = true;
        return left;
      });
    });
    scene.run(function* () {
      const [first] = handles;
      // The pin alone: with the object mapped the VM would spin, and the direct executor runs one thread at a time.
      yield* first!.pin();
      stage.mapped = true;
      while (!stage.done) yield* machine.yieldNow();
      yield* first!.unpin();
    });
    expect(results.get(before[0]!)!.every((result) => result === -Errno.EAGAIN)).toBe(true);
    expect(results.get(before[1]!)).toEqual([0]);
    expect(chainOf(zspage)[0]).toBe(before[0]);
    expect(scene.run(() => values(scene, handles))).toEqual([1000, 2000, 3000]);
    expect(scene.run(() => scene.vmRound(MigrateMode.async))).toBe(0);
  });
});

it('a zspage that waits to be freed is not given to the VM', () => {
  const scene = zsmallocOn();
  const { handles, zspage } = withObjects(scene);
  const [, second] = zspage.pages();
  const asked: unknown[] = [];
  scene.kernel.events.on('driver_isolate', ({ result }) => asked.push(result));
  scene.run(function* () {
    // Somebody has a page locked, so freeing is left to the worker.
    yield* second!.lock();
    for (const handle of handles) yield* scene.pool.free(handle);
    expect(scene.groups()).toEqual(['empty 0']);
    expect(yield* isolateMovablePage(zspage.firstPage, 0)).toBe(-Errno.EBUSY);
    yield* second!.unlock();
  });
  expect(asked).toEqual([false]);
  expect(leftovers(scene)).toEqual([]);
});

it('counts pages where they are when they move to another node', () => {
  const scene = zsmallocOn({ nodes: [4, 4], cpus: 1 });
  const { zspage } = withObjects(scene);
  const read = () => [0, 1].map((node) => scene.kernel.memory.nodeStat.read(node, 'nr_zspages'));
  expect(read()).toEqual([2, 0]);
  scene.run(function* () {
    const list = scene.kernel.lists.create('isolated', 'vm');
    const page = zspage.firstPage;
    yield* isolateMovablePage(page, 0);
    list.add(page);
    yield* scene.vmMigrate(list, () => scene.kernel.allocator.allocPage({ node: 1 }));
  });
  expect(read()).toEqual([1, 1]);
});
