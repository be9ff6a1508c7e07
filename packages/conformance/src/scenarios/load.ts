import { MigrateMode, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { allocate, compact, expectContents, freeHandle, initialValue, use } from './actors.js';

/** The driver is loaded, and each allocation of that may fail; if it could be loaded, it is used and unloaded. */
export const loadFails: Scenario = {
  id: 'load',
  title: 'the driver is loaded while allocations fail, then used and unloaded',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 0,
  preemptions: 2,
  faults: 1,
  refuses: [],
  unloaded: true,
  fits: (workload) => workload.load !== undefined && workload.unload !== undefined,
  threads(context) {
    const { machine } = context.kernel;
    machine.thread('compactor', { party: 'vm' }, () => compact(context, MigrateMode.sync));
    machine.thread('loader', { party: 'user' }, function* (): Op<void> {
      if (yield* use(context, 'load', (workload) => workload.load?.())) {
        const made = yield* allocate(context, initialValue(0));
        if (made !== null) {
          yield* expectContents(context, made.handle, made.value);
          yield* freeHandle(context, made.handle);
        }
        yield* use(context, 'unload', (workload) => workload.unload?.());
      }
      context.judge.noteUnloaded();
    });
  },
};
