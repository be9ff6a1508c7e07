import { MigrateMode, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { freeHandle, isolateAll, shrinkDriver, unloadDriver, whilePinned } from './actors.js';
import { moveAllButOne } from './page-group.js';
import { compactor, user } from './threads.js';

/** The driver is unloaded while its pages are isolated. */
export const unloadBesideMigration: Scenario = {
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
      yield* unloadDriver(context);
    });
  },
};

/**
 * As {@link unloadBesideMigration}, but the VM has the pages from the start, and threads end where a moment begins: few
 * preemptions reach what otherwise takes many.
 */
export const unloadBesideReturn: Scenario = {
  id: 'unload-return',
  title: 'the driver is unloaded while the VM gives back what it had isolated before',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  fits: (workload) => workload.unload !== undefined,
  threads(context) {
    const { machine, lists } = context.kernel;
    const list = lists.create('isolated pages', 'vm');
    const isolating = machine.thread('isolator', { party: 'vm' }, () => isolateAll(context, list, 0));
    const freeing = machine.thread('user A', { party: 'user', after: [isolating] }, () =>
      freeHandle(context, context.handles[0]),
    );
    // Not after the freeing: that may have to wait for a page to come back.
    machine.thread('compactor', { party: 'vm', after: [isolating] }, () => moveAllButOne(list));
    machine.thread('unloader', { party: 'user', after: [freeing] }, () => unloadDriver(context));
  },
};

/** As {@link unloadBesideMigration}, with pages that come back asked for again while the driver goes away. */
export const unloadBesideTwoCompactors: Scenario = {
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
      yield* unloadDriver(context);
    });
  },
};

/** As {@link unloadBesideMigration}, with objects that nobody has freed. */
export const unloadInUse: Scenario = {
  id: 'unload-in-use',
  title: 'the driver is unloaded with objects in use, while compaction has its pages',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 2,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'unloads-in-use',
  threads(context) {
    compactor(context, MigrateMode.sync);
    user(context, 'unloader', () => unloadDriver(context));
  },
};

/** As {@link unloadBesideMigration}, after an object was pinned and unpinned. */
export const unloadAfterPin: Scenario = {
  id: 'unload-after-pin',
  title: 'an object is pinned, unpinned and freed and the driver unloaded, while compaction has its pages',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'pins',
  fits: (workload) => workload.unload !== undefined,
  threads(context) {
    const [only] = context.handles;
    compactor(context, MigrateMode.sync);
    user(context, 'unloader', function* (): Op<void> {
      yield* whilePinned(context, only, nothing);
      yield* freeHandle(context, only);
      yield* unloadDriver(context);
    });
  },
};

/** As {@link unloadBesideMigration}, after memory was asked back: a kernel ends that before it unloads a driver. */
export const unloadAfterShrink: Scenario = {
  id: 'unload-after-shrink',
  title: 'memory is asked back, an object freed and the driver unloaded, while compaction has its pages',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'shrinks',
  fits: (workload) => workload.unload !== undefined,
  threads(context) {
    const [only] = context.handles;
    compactor(context, MigrateMode.sync);
    user(context, 'unloader', function* (): Op<void> {
      yield* shrinkDriver(context);
      yield* freeHandle(context, only);
      yield* unloadDriver(context);
    });
  },
};

function* nothing(): Op<void> {}
