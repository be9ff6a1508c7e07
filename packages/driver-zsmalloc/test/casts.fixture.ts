import { MigrateMode, type Op } from '@movable-pages/core';
import type { ZsHandle } from '../src/index.ts';
import { HUGE, SMALL, type Part, type Scene } from './scene.fixture.ts';

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

/** Who takes part, on a scene of his own; and whether allocations may fail, up to twice. */
export interface Cast {
  readonly what: string;
  readonly failing?: boolean;
  /** The deepest bound whose schedules can be run in a minute. */
  readonly preemptions: number;
  parts(scene: Scene): Readonly<Record<string, Part>>;
}

/** Two users of one chain beside the VM. */
const shared = (what: string, vm: Part): Cast => ({
  what: `two users share a chain, beside ${what}`,
  preemptions: 2,
  parts(scene) {
    const [first, spanning] = objects(scene, 2);
    return { vm, 'user A': uses(first!, 1000), 'user B': uses(spanning!, 2000) };
  },
});

/** Objects are made while allocations fail. */
const failing = (what: string, size: number): Cast => ({
  what: `a ${what} object is made and allocations fail at any point`,
  failing: true,
  preemptions: 1,
  parts: () => ({ vm: migrates, 'user A': makes(size, 1000), 'user B': makes(size, 2000) }),
});

/** The pool goes away beside the VM. */
const unloading = (what: string, vm: Part): Cast => ({
  what: `the pool is destroyed beside ${what}`,
  preemptions: 2,
  parts(scene) {
    const [first, second] = objects(scene, 2);
    const unloads: Part = function* ({ pool }) {
      yield* pool.free(first!);
      yield* pool.free(second!);
      yield* pool.destroy();
    };
    return { vm, unloads };
  },
});

/** Small casts, each of which leaves nothing if all is well. */
export const casts: readonly Cast[] = [
  shared('migration', migrates),
  shared('putback', putsBack),
  {
    what: 'objects move together beside the VM and a user',
    preemptions: 2,
    parts(scene) {
      const [first, second] = scattered(scene);
      const compactor: Part = function* (each) {
        yield* compacts(each);
        yield* expectValue(each, second, 4000);
        yield* each.pool.free(second);
      };
      return { vm: migrates, compactor, user: uses(first, 2000) };
    },
  },
  {
    what: 'two object compactions meet',
    preemptions: 2,
    parts(scene) {
      const [first, second] = scattered(scene);
      const then = (handle: ZsHandle, value: number): Part =>
        function* (each) {
          yield* compacts(each);
          yield* uses(handle, value)(each);
        };
      return { 'user A': then(first, 2000), 'user B': then(second, 4000) };
    },
  },
  failing('small', SMALL),
  failing('huge', HUGE),
  unloading('migration', migrates),
  unloading('putback', putsBack),
  {
    what: 'the shrinker runs while the pool empties',
    preemptions: 1,
    parts(scene) {
      const [first, second] = scattered(scene);
      const shrinks: Part = ({ kernel }) => kernel.reclaim.round(0, 0);
      return { vm: putsBack, shrinks, 'user A': uses(first, 2000), 'user B': uses(second, 4000) };
    },
  },
];
