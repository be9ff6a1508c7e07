import { MigrateMode, migrateModeName, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import type { Scenario, ScenarioContext } from '../scenario.js';
import {
  allocate,
  closer,
  compact,
  expectContents,
  freeHandle,
  initialValue,
  use,
  walk,
  writeAndRead,
  type Held,
} from './actors.js';
import { interrupt } from './interrupt.js';
import { contiguousRange, offline } from './ranges.js';

function modeId(mode: MigrateMode): string {
  return migrateModeName(mode).replace('MIGRATE_', '').toLowerCase().replaceAll('_', '-');
}

function compactor(context: ScenarioContext, mode: MigrateMode | null, name = 'compactor') {
  return context.kernel.machine.thread(name, { party: 'vm' }, () =>
    compact(context, ...(mode === null ? [] : [mode])),
  );
}

function user(context: ScenarioContext, name: string, body: () => Op<unknown>) {
  return context.kernel.machine.thread(name, { party: 'user' }, body);
}

/**
 * Two users make and free an object while compaction looks on; no object exists before. What a driver does wrong when it
 * makes an object shows here; in every other scenario it ends the setting up.
 */
const fromNothing: Scenario = {
  id: 'from-nothing',
  title: 'two users make their first objects beside compaction',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 0,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const vm = compactor(context, MigrateMode.sync);
    const first = user(context, 'user A', () => allocate(context, initialValue(0)));
    const second = user(context, 'user B', () => allocate(context, initialValue(1)));
    closer(context, [vm, first, second], []);
  },
};

/** Compaction moves two pages while one user frees an object and a second writes and reads, or makes one. */
function migrateBesideUsers(mode: MigrateMode): Scenario {
  return {
    id: `migrate-${modeId(mode)}`,
    title: `compaction migrates (${migrateModeName(mode)}) while two users work`,
    mode,
    nodes: [12],
    objects: 2,
    preemptions: 2,
    faults: 1,
    refuses: [PAGE_ALLOC_FAILS],
    threads(context) {
      const [first, second] = context.handles;
      const vm = compactor(context, mode);
      const freeing = user(context, 'user A', () => freeHandle(context, first));
      const writing = user(context, 'user B', () =>
        context.built.workload.write === undefined
          ? allocate(context, initialValue(2))
          : writeAndRead(context, second, initialValue(1) + 50),
      );
      const value = context.built.workload.write === undefined ? initialValue(1) : initialValue(1) + 50;
      closer(context, [vm, freeing, writing], [{ handle: second, value }]);
    },
  };
}

/** Compaction isolates two pages and gives them back. */
const putbackBesideUsers: Scenario = {
  id: 'putback',
  title: 'compaction isolates and puts back while two users work',
  mode: null,
  nodes: [12],
  objects: 2,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [first, second] = context.handles;
    const vm = compactor(context, null);
    const freeing = user(context, 'user A', () => freeHandle(context, first));
    const allocating = user(context, 'user B', () => allocate(context, initialValue(2)));
    closer(context, [vm, freeing, allocating], [{ handle: second, value: initialValue(1) }]);
  },
};

/** Every allocation of a page may fail, for users and for the VM. */
const allocationFails: Scenario = {
  id: 'allocation-fails',
  title: 'page allocations fail, of users and of the VM',
  mode: MigrateMode.syncLight,
  nodes: [12],
  objects: 2,
  preemptions: 1,
  faults: 1,
  refuses: [],
  threads(context) {
    const [first, second] = context.handles;
    const vm = compactor(context, MigrateMode.syncLight);
    const freeing = user(context, 'user A', () => freeHandle(context, first));
    const allocating = user(context, 'user B', () => allocate(context, initialValue(2)));
    closer(context, [vm, freeing, allocating], [{ handle: second, value: initialValue(1) }]);
  },
};

/** The driver is unloaded while its pages are isolated. */
const unloadBesideMigration: Scenario = {
  id: 'unload',
  title: 'the driver is unloaded while compaction has its pages',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 2,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  fits: (workload) => workload.unload !== undefined,
  threads(context) {
    const [first, second] = context.handles;
    compactor(context, MigrateMode.sync);
    user(context, 'unloader', function* (): Op<void> {
      yield* freeHandle(context, first);
      yield* freeHandle(context, second);
      yield* use(context, 'unload', (workload) => workload.unload?.());
      context.judge.noteUnloaded();
    });
  },
};

/** As {@link unloadBesideMigration}, with pages that come back asked for again while the driver goes away. */
const unloadBesideTwoCompactors: Scenario = {
  id: 'unload-two-compactors',
  title: 'the driver is unloaded while two compactors want its pages',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  fits: (workload) => workload.unload !== undefined,
  threads(context) {
    const [only] = context.handles;
    compactor(context, MigrateMode.sync, 'compactor 1');
    compactor(context, null, 'compactor 2');
    user(context, 'unloader', function* (): Op<void> {
      yield* freeHandle(context, only);
      yield* use(context, 'unload', (workload) => workload.unload?.());
      context.judge.noteUnloaded();
    });
  },
};

/** Two compactors want the same pages. */
const twoCompactors: Scenario = {
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

/** A page is given back, then moved, then moved again: what only the next callback needs must have come along. */
const migrateAgain: Scenario = {
  id: 'migrate-again',
  title:
    'compaction puts a page back, then migrates it twice, while a user works; another uses it afterwards',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [only] = context.handles;
    const vm = context.kernel.machine.thread('compactor', { party: 'vm' }, function* (): Op<void> {
      yield* compact(context);
      yield* compact(context, MigrateMode.sync);
      yield* compact(context, MigrateMode.sync);
    });
    const writes = context.built.workload.write !== undefined;
    const [early, late] = [initialValue(0) + 50, initialValue(0) + 60];
    const beside = user(context, 'user A', () =>
      writes ? writeAndRead(context, only, early) : allocate(context, initialValue(1)),
    );
    const options = { party: 'user', after: [vm, beside] };
    const afterwards = context.kernel.machine.thread('user B', options, () =>
      writeAndRead(context, only, late),
    );
    const left = { handle: only, value: writes ? late : initialValue(0) };
    closer(context, [beside, afterwards], [left]);
  },
};

/** Pages that would not move without waiting are asked again, by one who waits, with nothing put back in between. */
const asyncThenSync: Scenario = {
  id: 'async-then-sync',
  title: 'compaction asks in MIGRATE_ASYNC, then in MIGRATE_SYNC for what is left, while a user works',
  mode: MigrateMode.async,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [only] = context.handles;
    const vm = context.kernel.machine.thread('compactor', { party: 'vm' }, () =>
      compact(context, MigrateMode.async, MigrateMode.sync),
    );
    const writes = context.built.workload.write !== undefined;
    const value = initialValue(0) + 50;
    const working = user(context, 'user A', () =>
      writes ? writeAndRead(context, only, value) : allocate(context, initialValue(1)),
    );
    closer(context, [vm, working], [{ handle: only, value: writes ? value : initialValue(0) }]);
  },
};

/** Somebody takes references on pages that are nothing to him, new and half-moved ones included, and drops them. */
const foreignHolder: Scenario = {
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

/**
 * Every scenario of the suite.
 *
 * @since 0.1.0
 */
export const scenarios: readonly Scenario[] = [
  fromNothing,
  migrateBesideUsers(MigrateMode.sync),
  migrateBesideUsers(MigrateMode.syncLight),
  migrateBesideUsers(MigrateMode.async),
  migrateBesideUsers(MigrateMode.syncNoCopy),
  asyncThenSync,
  migrateAgain,
  putbackBesideUsers,
  allocationFails,
  unloadBesideMigration,
  unloadBesideTwoCompactors,
  twoCompactors,
  foreignHolder,
  contiguousRange,
  offline,
  interrupt,
];
