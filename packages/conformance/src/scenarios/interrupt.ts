import { MigrateMode, PAGE_ALLOC_FAILS, word, type Op } from '@movable-pages/core';
import type { KThread } from '@movable-pages/machine';
import type { Scenario, ScenarioContext } from '../scenario.js';
import {
  allocate,
  closer,
  freeHandle,
  initialValue,
  readPinned,
  unloadDriver,
  use,
  writeAndRead,
} from './actors.js';
import { compactor, user } from './threads.js';

/** What all these scenarios share. */
const HANDLED: Omit<Scenario, 'id' | 'title' | 'threads'> = {
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  fits: (workload) => workload.interrupt !== undefined,
};

/** Declares the driver's interrupt, which comes once, at any moment. */
function interrupted({ kernel }: ScenarioContext, handler: () => Op<void>): KThread {
  return kernel.machine.thread('interrupt', { party: 'driver', interrupt: true }, handler);
}

/** The driver's handler. */
function handle(context: ScenarioContext): Op<void> {
  return use(context, 'interrupt', (workload) => workload.interrupt?.());
}

/** The driver's interrupt comes at any moment. */
export const interrupt: Scenario = {
  ...HANDLED,
  id: 'interrupt',
  title: 'an interrupt of the driver comes while compaction migrates and a user works',
  preemptions: 2,
  threads(context) {
    const [only] = context.handles;
    const writes = context.built.workload.write !== undefined;
    const value = initialValue(0) + 50;
    const vm = compactor(context, MigrateMode.sync);
    const working = user(context, 'user A', () =>
      writes ? writeAndRead(context, only, value) : allocate(context, initialValue(1)),
    );
    const handler = interrupted(context, () => handle(context));
    closer(context, [vm, working, handler], [{ handle: only, value: writes ? value : initialValue(0) }]);
  },
};

/** As {@link interrupt}, while what the handler is about goes away. */
export const interruptFree: Scenario = {
  ...HANDLED,
  id: 'interrupt-free',
  title: 'an interrupt of the driver comes while compaction migrates and a user frees',
  threads(context) {
    const vm = compactor(context, MigrateMode.sync);
    const freeing = user(context, 'user A', () => freeHandle(context, context.handles[0]));
    const handler = interrupted(context, () => handle(context));
    closer(context, [vm, freeing, handler], []);
  },
};

/** As {@link interrupt}, while pages are told to stay, and may go again. */
export const interruptPin: Scenario = {
  ...HANDLED,
  id: 'interrupt-pin',
  title: 'an interrupt of the driver comes while compaction migrates and a user pins, reads and unpins',
  needs: 'pins',
  threads(context) {
    const [only] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const pinning = user(context, 'user A', () => readPinned(context, only, initialValue(0)));
    const handler = interrupted(context, () => handle(context));
    closer(context, [vm, pinning, handler], [{ handle: only, value: initialValue(0) }]);
  },
};

/** As {@link interrupt}, while the driver goes away: until it has, its handler may be called. */
export const interruptUnload: Scenario = {
  ...HANDLED,
  id: 'interrupt-unload',
  title: 'an interrupt of the driver comes while compaction migrates and the driver is unloaded',
  fits: (workload) => workload.interrupt !== undefined && workload.unload !== undefined,
  threads(context) {
    const unloaded = word('driver unloaded');
    compactor(context, MigrateMode.sync);
    user(context, 'unloader', function* (): Op<void> {
      yield* freeHandle(context, context.handles[0]);
      yield* unloadDriver(context);
      yield* unloaded.store(1);
    });
    interrupted(context, function* (): Op<void> {
      if ((yield* unloaded.load()) === 0) yield* handle(context);
    });
  },
};
