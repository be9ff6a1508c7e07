import { MigrateMode, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import {
  allocate,
  closer,
  expectContents,
  freeHandle,
  initialValue,
  walk,
  writeAndRead,
  type Held,
} from './actors.js';
import { compactor, user } from './threads.js';

/** Two compactors want the same pages. */
export const twoCompactors: Scenario = {
  id: 'two-compactors',
  title: 'two compactors and a user want the same page',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [only] = context.handles;
    const first = compactor(context, MigrateMode.sync, 'compactor 1');
    const second = compactor(context, null, 'compactor 2');
    const reading = user(context, 'user A', () => expectContents(context, only, initialValue(0)));
    closer(context, [first, second, reading], [{ handle: only, value: initialValue(0) }]);
  },
};

/** Two compactors move pages at once: each of its own, so that two calls of `migrate_page` run beside each other. */
export const twoMigrators: Scenario = {
  id: 'two-migrators',
  title: 'two compactors migrate two pages at once while a user writes',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 2,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [first, second] = context.handles;
    const vms = ['compactor 1', 'compactor 2'].map((name) => compactor(context, MigrateMode.sync, name));
    const written = initialValue(1) + 50;
    const writing = user(context, 'user A', () => writeAndRead(context, second, written));
    const left = [
      { handle: first, value: initialValue(0) },
      { handle: second, value: context.built.workload.write === undefined ? initialValue(1) : written },
    ];
    closer(context, [...vms, writing], left);
  },
};

/** Two users free at once: what a driver frees by way of something common must be guarded against the other. */
export const twoFrees: Scenario = {
  id: 'two-frees',
  title: 'two users free an object each while compaction migrates',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 2,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [first, second] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const one = user(context, 'user A', () => freeHandle(context, first));
    const other = user(context, 'user B', () => freeHandle(context, second));
    closer(context, [vm, one, other], []);
  },
};

/** Somebody takes references on pages that are nothing to him, new and half-moved ones included, and drops them. */
export const foreignHolder: Scenario = {
  id: 'foreign-holder',
  title: 'somebody takes and drops references on all pages while one is moved, then one made and one freed',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const { machine } = context.kernel;
    const [only] = context.handles;
    const walker = machine.thread('walker', { party: 'vm' }, () => walk(context));
    const vm = compactor(context, MigrateMode.sync);
    // One after the other: beside each other they are in the other scenarios.
    const working = machine.thread('user A', { party: 'user', after: [vm] }, function* (): Op<Held | null> {
      const made = yield* allocate(context, initialValue(1));
      yield* expectContents(context, only, initialValue(0));
      yield* freeHandle(context, only);
      return made;
    });
    closer(context, [walker, working], []);
  },
};
