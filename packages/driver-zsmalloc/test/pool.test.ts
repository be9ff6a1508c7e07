import { MigrateMode, SHRINK_STOP, type Op } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { Fullness, MapMode, type ZsHandle } from '../src/index.ts';
import { chainOf, HUGE, leftovers, SMALL, zsmallocOn, type Scene } from './scene.fixture.ts';

/** Makes objects, each filled with its number. */
function* make({ pool, workload }: Scene, count: number, size = SMALL): Op<ZsHandle[]> {
  const handles: ZsHandle[] = [];
  for (let number = 0; number < count; number++) {
    const handle = (yield* pool.malloc(size))!;
    yield* workload.write(handle, 1000 * (number + 1));
    handles.push(handle);
  }
  return handles;
}

function* readAll({ workload }: Scene, handles: readonly ZsHandle[]): Op<number[]> {
  const values: number[] = [];
  for (const handle of handles) values.push(yield* workload.read(handle));
  return values;
}

describe('allocating', () => {
  it('fills a zspage before it takes another, and moves it from group to group', () => {
    const scene = zsmallocOn();
    const seen: string[][] = [];
    scene.run(function* () {
      const handles: ZsHandle[] = [];
      for (let count = 0; count < 4; count++) {
        handles.push(...(yield* make(scene, 1)));
        seen.push(scene.groups());
      }
      for (const handle of handles) yield* scene.pool.free(handle);
    });
    expect(seen).toEqual([['almostEmpty 1'], ['almostEmpty 2'], ['full 3'], ['almostEmpty 1', 'full 3']]);
    expect(leftovers(scene)).toEqual([]);
  });

  it('gives the room of what was freed away again', () => {
    const scene = zsmallocOn();
    const pages = scene.run(function* () {
      const [, second] = yield* make(scene, 3);
      yield* scene.pool.free(second!);
      yield* make(scene, 1);
      return scene.pool.totalPages;
    });
    expect(pages).toBe(2);
    expect(scene.groups()).toEqual(['full 3']);
  });

  it('refuses what no class holds', () => {
    const scene = zsmallocOn();
    const given = scene.run(function* () {
      const handles: unknown[] = [];
      for (const size of [0, -1, 33, NaN]) handles.push(yield* scene.pool.malloc(size));
      return handles;
    });
    expect(given).toEqual([null, null, null, null]);
    expect(leftovers(scene)).toEqual([]);
  });

  it('gives back the first page of a chain if there is no second', () => {
    const scene = zsmallocOn({ nodes: [1], cpus: 1 });
    expect(scene.run(() => scene.pool.malloc(SMALL))).toBe(null);
    expect(leftovers(scene)).toEqual([]);
  });

  it('takes memory on the nodes that it counts it on', () => {
    const scene = zsmallocOn();
    const { nodeStat } = scene.kernel.memory;
    scene.run(() => make(scene, 4));
    expect(nodeStat.read(0, 'nr_zspages')).toBe(4);
    expect(scene.workload.inspect()).toEqual({ pages: 4, objects: 4 });
  });
});

describe('an object', () => {
  it.each([
    ['that spans two pages', SMALL, 3, 4],
    ['that fills a page', HUGE, 8, 2],
  ])('%s keeps to its own words', (_what, size, words, count) => {
    const scene = zsmallocOn();
    const values = scene.run(function* () {
      const handles = yield* make(scene, count, size);
      const mapped = yield* scene.pool.map(handles[1]!);
      expect(mapped.length).toBe(words);
      yield* scene.pool.unmap(handles[1]!, mapped);
      return yield* readAll(scene, handles);
    });
    expect(values).toEqual(Array.from({ length: count }, (_, number) => 1000 * (number + 1)));
  });

  it('is written back when it is unmapped, unless it was to be read only', () => {
    const scene = zsmallocOn();
    const seen = scene.run(function* () {
      const [, spanning] = yield* make(scene, 2);
      const { pool } = scene;
      const firstWords: number[] = [];
      for (const mode of [MapMode.readOnly, MapMode.readWrite, MapMode.writeOnly]) {
        const mapped = yield* pool.map(spanning!, mode);
        if (mode !== MapMode.writeOnly) firstWords.push(mapped.read(0));
        mapped.write(0, 5 + mode);
        yield* pool.unmap(spanning!, mapped);
      }
      const mapped = yield* pool.map(spanning!, MapMode.readOnly);
      firstWords.push(mapped.read(0), mapped.read(1));
      yield* pool.unmap(spanning!, mapped);
      return firstWords;
    });
    // What was written only is not read before: the words that were not written are lost.
    expect(seen).toEqual([2000, 2000, 5 + MapMode.writeOnly, 0]);
  });

  it('has no words but its own', () => {
    const scene = zsmallocOn();
    const reach = (at: number) => () =>
      scene.run(function* () {
        const [handle] = yield* make(scene, 1);
        const mapped = yield* scene.pool.map(handle!);
        try {
          mapped.read(at);
        } finally {
          yield* scene.pool.unmap(handle!, mapped);
        }
      });
    expect(reach(3)).toThrow(RangeError);
    expect(reach(-1)).toThrow(RangeError);
  });
});

describe('object compaction', () => {
  it('moves objects together and frees what is empty', () => {
    const scene = zsmallocOn();
    const { pool } = scene;
    const after = scene.run(function* () {
      const handles = yield* make(scene, 9);
      // One object is left in each of three zspages, each time another.
      const left = [handles[0]!, handles[4]!, handles[8]!];
      for (const handle of handles) if (!left.includes(handle)) yield* pool.free(handle);
      const freed = yield* pool.compact();
      return { freed, values: yield* readAll(scene, left), pages: pool.totalPages };
    });
    expect(after).toEqual({ freed: 4, values: [1000, 5000, 9000], pages: 2 });
    expect(scene.groups()).toEqual(['full 3']);
  });

  it('leaves an object alone that is mapped, and comes to an end', () => {
    const scene = zsmallocOn();
    const { pool } = scene;
    const freed = scene.run(function* () {
      const handles = yield* make(scene, 4);
      yield* pool.free(handles[0]!);
      yield* pool.free(handles[1]!);
      const both = [yield* pool.map(handles[2]!), yield* pool.map(handles[3]!)];
      const meanwhile = yield* pool.compact();
      yield* pool.unmap(handles[3]!, both[1]!);
      yield* pool.unmap(handles[2]!, both[0]!);
      return [meanwhile, yield* pool.compact()];
    });
    expect(freed).toEqual([0, 2]);
  });

  it('does nothing where nothing would become free', () => {
    const scene = zsmallocOn();
    const freed = scene.run(function* () {
      yield* make(scene, 4);
      return yield* scene.pool.compact();
    });
    expect(freed).toBe(0);
    expect(scene.groups()).toEqual(['almostEmpty 1', 'full 3']);
  });

  it('is what the shrinker does', () => {
    const scene = zsmallocOn();
    const { shrinker } = scene.pool;
    scene.run(function* () {
      const handles = yield* make(scene, 9);
      for (const at of [1, 2, 4, 5]) yield* scene.pool.free(handles[at]!);
    });
    expect(scene.run(() => shrinker.countObjects(0))).toBe(2);
    expect(scene.run(() => shrinker.scanObjects(0, 128))).toBe(2);
    expect(scene.run(() => shrinker.scanObjects(0, 128))).toBe(SHRINK_STOP);
  });

  it('gives an allocation memory that finds none', () => {
    const buddy = { pageBlockOrder: 2, maxOrder: 2, minFreeKbytes: 0 };
    const scene = zsmallocOn({ nodes: [16], cpus: 1, buddy, reclaims: true, spareWords: 4096 });
    const { pool } = scene;
    const made = scene.run(function* () {
      const handles: ZsHandle[] = [];
      for (let more = yield* pool.malloc(SMALL); more !== null; more = yield* pool.malloc(SMALL))
        handles.push(more);
      for (let at = 0; at < handles.length; at++) if (at % 3 > 0) yield* pool.free(handles[at]!);
      return { before: handles.length, last: yield* pool.malloc(HUGE) };
    });
    expect(made.before).toBeGreaterThan(9);
    expect(made.last).not.toBe(null);
    expect(scene.kernel.vmstat.read('slabs_scanned')).toBeGreaterThan(0);
  });
});

describe('destroying a pool', () => {
  it('waits for the pages that the VM has', () => {
    const scene = zsmallocOn();
    const { kernel, pool } = scene;
    const { machine } = kernel;
    const log: string[] = [];
    const [handle] = scene.run(() => make(scene, 1));
    machine.construct(() => {
      machine.thread('vm', { party: 'vm' }, function* () {
        const left = yield* scene.vmRound(MigrateMode.sync);
        log.push(`migrated, ${left} left`);
      });
    });
    scene.run(function* () {
      yield* pool.free(handle!);
      yield* pool.destroy();
      log.push('destroyed');
    });
    expect(log.at(-1)).toBe('destroyed');
    expect(leftovers(scene)).toEqual([]);
  });

  it('takes the shrinker out', () => {
    const scene = zsmallocOn();
    scene.run(() => scene.pool.destroy());
    expect(scene.run(() => scene.kernel.reclaim.round(0, 0))).toBe(0);
  });
});

it('keeps the pages of a chain in their order', () => {
  const scene = zsmallocOn();
  scene.run(() => make(scene, 3));
  const [zspage] = scene.pool.classes[0]!.groups[Fullness.full]!;
  expect(chainOf(zspage!)).toHaveLength(2);
  expect(new Set(chainOf(zspage!)).size).toBe(2);
});
