import { allocSameNode, MigrateMode, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import type { Scenario, ScenarioContext } from '../scenario.js';
import {
  allocate,
  closer,
  expectContents,
  freeHandle,
  initialValue,
  isolateAll,
  migrateList,
  walk,
  writeAndRead,
  type Held,
} from './actors.js';
import { compactor, user } from './threads.js';

/** What scenarios with two objects share. */
const TWO_OBJECTS: Omit<Scenario, 'id' | 'title' | 'threads'> = {
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 2,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
};

/** What the second object holds once somebody has written it. */
const WRITTEN = initialValue(1) + 50;

/** Writes the second object, if the user API can. */
function writeSecond(context: ScenarioContext): Op<void> {
  return writeAndRead(context, context.handles[1], WRITTEN);
}

/** What is left of two objects after {@link writeSecond}. */
function leftByWriter({ built, handles: [first, second] }: ScenarioContext): Held[] {
  const value = built.workload.write === undefined ? initialValue(1) : WRITTEN;
  return [
    { handle: first, value: initialValue(0) },
    { handle: second, value },
  ];
}

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
  ...TWO_OBJECTS,
  id: 'two-migrators',
  title: 'two compactors migrate two pages at once while a user writes',
  threads(context) {
    const vms = ['compactor 1', 'compactor 2'].map((name) => compactor(context, MigrateMode.sync, name));
    const writing = user(context, 'user A', () => writeSecond(context));
    closer(context, [...vms, writing], leftByWriter(context));
  },
};

/**
 * As {@link twoMigrators}, but the VM has the pages from the start, and each compactor one of them: few preemptions put both
 * into the middle of `migrate_page`, with a user at work meanwhile.
 */
export const twoMigrations: Scenario = {
  ...TWO_OBJECTS,
  id: 'two-migrations',
  title: 'two pages that were isolated before are migrated at once while a user writes',
  preemptions: 2,
  threads(context) {
    const { machine, lists } = context.kernel;
    const own = lists.create('pages of compactor 1', 'vm');
    const other = lists.create('pages of compactor 2', 'vm');
    const isolating = machine.thread('isolator', { party: 'vm' }, function* (): Op<void> {
      yield* isolateAll(context, own, 0);
      const last = own.last();
      // The last is none of the first object's, if each has pages of its own.
      if (last === null || last === own.first()) return;
      own.remove(last);
      other.add(last);
    });
    const after = [isolating];
    const vms = [own, other].map((list, index) =>
      machine.thread(`compactor ${index + 1}`, { party: 'vm', after }, () =>
        migrateList(list, allocSameNode, MigrateMode.sync),
      ),
    );
    const writing = machine.thread('user A', { party: 'user', after }, () => writeSecond(context));
    closer(context, [...vms, writing], leftByWriter(context));
  },
};

/** Two users free at once: what a driver frees by way of something common must be guarded against the other. */
export const twoFrees: Scenario = {
  ...TWO_OBJECTS,
  id: 'two-frees',
  title: 'two users free an object each while compaction migrates',
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
