import { MigrateMode, PAGE_ALLOC_FAILS } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { allocate, closer, compact, initialValue, use, writeAndRead } from './actors.js';

/** The driver's interrupt comes at any moment. */
export const interrupt: Scenario = {
  id: 'interrupt',
  title: 'an interrupt of the driver comes while compaction migrates and a user works',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  fits: (workload) => workload.interrupt !== undefined,
  threads(context) {
    const { machine } = context.kernel;
    const [only] = context.handles;
    const writes = context.built.workload.write !== undefined;
    const value = initialValue(0) + 50;
    const vm = machine.thread('compactor', { party: 'vm' }, () => compact(context, MigrateMode.sync));
    const working = machine.thread('user A', { party: 'user' }, () =>
      writes ? writeAndRead(context, only, value) : allocate(context, initialValue(1)),
    );
    const handler = machine.thread('interrupt', { party: 'driver', interrupt: true }, () =>
      use(context, 'interrupt', (workload) => workload.interrupt?.()),
    );
    closer(context, [vm, working, handler], [{ handle: only, value: writes ? value : initialValue(0) }]);
  },
};
