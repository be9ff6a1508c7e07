import { MigrateMode, type Op } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import type { ZsHandle } from '../src/index.ts';
import { explorePool, HUGE, SMALL, zsmallocOn, type Part, type Scene } from './scene.fixture.ts';

/** The deepest bound, and executions within it. */
const BUDGET = { search: 'bounded', preemptions: 2, maxExecutions: 4000 } as const;

const migrates: Part = ({ vmRound }) => vmRound(MigrateMode.sync);
const putsBack: Part = ({ vmRound }) => vmRound(null);
const compacts: Part = ({ pool }) => pool.compact();

/** Reads an object, which must hold `value`. */
function* expectValue({ workload }: Scene, handle: ZsHandle, value: number): Op<void> {
  const read = yield* workload.read(handle);
  if (read !== value) throw new Error(`an object reads ${read}, not ${value}`);
}

/** Reads, writes, reads and frees an object. */
const uses = (handle: ZsHandle, value: number): Part =>
  function* (scene) {
    yield* expectValue(scene, handle, value);
    yield* scene.workload.write(handle, value + 500);
    yield* expectValue(scene, handle, value + 500);
    yield* scene.pool.free(handle);
  };

/** Makes an object, if there is memory, uses and frees it. */
const makes = (size: number, value: number): Part =>
  function* (scene) {
    const handle = yield* scene.pool.malloc(size);
    if (handle === null) return;
    yield* scene.workload.write(handle, value);
    yield* expectValue(scene, handle, value);
    yield* scene.pool.free(handle);
  };

/** Objects of 1000, 2000, ... that exist when the threads begin. */
function objects(scene: Scene, count: number, size = SMALL): ZsHandle[] {
  return scene.run(function* () {
    const handles: ZsHandle[] = [];
    for (let number = 1; number <= count; number++) {
      const handle = (yield* scene.pool.malloc(size))!;
      yield* scene.workload.write(handle, 1000 * number);
      handles.push(handle);
    }
    return handles;
  });
}

/** Two zspages with an object each: what object compaction moves together. */
function scattered(scene: Scene): [ZsHandle, ZsHandle] {
  const handles = objects(scene, 4);
  scene.run(function* () {
    yield* scene.pool.free(handles[0]!);
    yield* scene.pool.free(handles[2]!);
  });
  return [handles[1]!, handles[3]!];
}

/** Whatever is found, in words; and that something was searched. */
function found(scene: Scene, parts: Readonly<Record<string, Part>>, options = {}): string[] {
  const result = explorePool(scene, parts, { ...BUDGET, ...options });
  expect(result.executions).toBeGreaterThan(30);
  expect(result.completedPreemptions).toBeGreaterThanOrEqual(1);
  return result.found.map(({ violation }) => violation.message);
}

describe('nothing is lost, torn or left', () => {
  it.each([
    ['migration', migrates],
    ['putback', putsBack],
  ])('when two users share a chain, beside %s', (_name, vm) => {
    const scene = zsmallocOn();
    const [first, spanning] = objects(scene, 2);
    expect(found(scene, { vm, 'user A': uses(first!, 1000), 'user B': uses(spanning!, 2000) })).toEqual([]);
  });

  it('when objects move together beside the VM and a user', () => {
    const scene = zsmallocOn();
    const [first, second] = scattered(scene);
    const compactor: Part = function* (each) {
      yield* compacts(each);
      yield* expectValue(each, second, 4000);
      yield* each.pool.free(second);
    };
    expect(found(scene, { vm: migrates, compactor, user: uses(first, 2000) })).toEqual([]);
  });

  it('when two object compactions meet', () => {
    const scene = zsmallocOn();
    const [first, second] = scattered(scene);
    const then = (handle: ZsHandle, value: number): Part =>
      function* (each) {
        yield* compacts(each);
        yield* uses(handle, value)(each);
      };
    expect(found(scene, { 'user A': then(first, 2000), 'user B': then(second, 4000) })).toEqual([]);
  });

  it.each([
    ['small', SMALL],
    ['huge', HUGE],
  ])('when a %s object is made and allocations fail at any point', (_name, size) => {
    const scene = zsmallocOn();
    const parts = { vm: migrates, 'user A': makes(size, 1000), 'user B': makes(size, 2000) };
    expect(found(scene, parts, { failing: true, faults: 2 })).toEqual([]);
  });

  it.each([
    ['migration', migrates],
    ['putback', putsBack],
  ])('when the pool is destroyed beside %s', (_name, vm) => {
    const scene = zsmallocOn();
    const [first, second] = objects(scene, 2);
    const unloads: Part = function* ({ pool }) {
      yield* pool.free(first!);
      yield* pool.free(second!);
      yield* pool.destroy();
    };
    expect(found(scene, { vm, unloads })).toEqual([]);
  });

  it('when the shrinker runs while the pool empties', () => {
    const scene = zsmallocOn();
    const [first, second] = scattered(scene);
    const shrinks: Part = ({ kernel }) => kernel.reclaim.round(0, 0);
    const parts = { vm: putsBack, shrinks, 'user A': uses(first, 2000), 'user B': uses(second, 4000) };
    expect(found(scene, parts)).toEqual([]);
  });
});
