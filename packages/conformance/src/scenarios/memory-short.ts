import { MigrateMode, PAGE_ALLOC_FAILS, type Op, type Page } from '@movable-pages/core';
import type { KThread } from '@movable-pages/machine';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { allocate, closer, compact, compactInto, freeHandle, initialValue, unloadDriver } from './actors.js';
import { compactor, user } from './threads.js';

/** Takes all pages but some. */
function* takeAllBut(left: number, { kernel, taken }: ScenarioContext): Op<void> {
  while (kernel.allocator.freePages(0) > left) {
    const page = yield* kernel.allocator.allocPage();
    if (page === null) return;
    taken.push(page);
  }
}

/** Declares the thread that ends with all that was taken, after the others. */
function giveBack(context: ScenarioContext, others: readonly KThread[]): KThread {
  const { kernel, taken, given } = context;
  return kernel.machine.thread('exit', { party: 'user', after: others }, function* (): Op<void> {
    for (const page of taken.slice(yield* given.load())) yield* page.put();
  });
}

/** Declares a process that needs a page for a moment. */
function needy({ kernel }: ScenarioContext): KThread {
  return kernel.machine.thread('process', { party: 'user' }, function* (): Op<void> {
    const page = yield* kernel.allocator.allocPage();
    if (page !== null) yield* page.put();
  });
}

/**
 * Memory runs out for a user of the driver and for a process: the allocation comes back to the driver, by its shrinkers and
 * notifiers, in the middle of whatever its thread was doing.
 */
export const memoryShort: Scenario = {
  id: 'memory-short',
  title: 'memory runs out for a user and for a process, and the driver is asked for some',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  reclaims: true,
  fits: (_workload, kernel) => kernel.reclaim.clients > 0,
  setUp: (context) => takeAllBut(1, context),
  threads(context) {
    const { kernel, handles } = context;
    const { machine } = kernel;
    const vm = machine.thread('compactor', { party: 'vm' }, () => compact(context, MigrateMode.sync));
    const making = machine.thread('user A', { party: 'user' }, () => allocate(context, initialValue(1)));
    const process = needy(context);
    const others = [vm, making, process];
    const exit = giveBack(context, others);
    closer(context, [exit, making], [{ handle: handles[0], value: initialValue(0) }]);
  },
};

/**
 * As {@link memoryShort}, while an object is freed and the driver unloaded: a call of its shrinkers and notifiers may be under
 * way, in the thread that has its pages or in any other.
 */
export const unloadMemoryShort: Scenario = {
  id: 'unload-memory-short',
  title: 'memory runs out for compaction and for a process, while the driver is unloaded',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  reclaims: true,
  fits: (workload, kernel) => workload.unload !== undefined && kernel.reclaim.clients > 0,
  setUp: (context) => takeAllBut(0, context),
  threads(context) {
    const { handles } = context;
    const vm = compactor(context, MigrateMode.sync);
    const process = needy(context);
    const unloading = user(context, 'unloader', function* (): Op<void> {
      yield* freeHandle(context, handles[0]);
      yield* unloadDriver(context);
    });
    giveBack(context, [vm, process, unloading]);
  },
};

/**
 * An allocation finds nothing and compacts memory in its own thread: isolation and migration come back to the driver in the
 * middle of whatever it was doing. Targets come from what was put aside for them, as the free scanner finds them.
 */
export const allocationCompacts: Scenario = {
  id: 'alloc-compacts',
  title: 'an allocation of the driver finds nothing, and compacts memory in its own thread',
  mode: MigrateMode.syncLight,
  nodes: [12],
  objects: 2,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  setUp: (context) => takeAllBut(0, context),
  *directCompaction(context): Op<void> {
    const { taken, given } = context;
    const fromTaken = function* (): Op<Page | null> {
      return taken[yield* given.fetchAdd(1)] ?? null;
    };
    yield* compactInto(context, fromTaken, MigrateMode.syncLight);
  },
  threads(context) {
    const { handles, kernel } = context;
    const making = kernel.machine.thread('user A', { party: 'user' }, () =>
      allocate(context, initialValue(2)),
    );
    const freeing = kernel.machine.thread('user B', { party: 'user' }, () => freeHandle(context, handles[0]));
    const exit = giveBack(context, [making, freeing]);
    closer(context, [exit, making], [{ handle: handles[1], value: initialValue(1) }]);
  },
};
