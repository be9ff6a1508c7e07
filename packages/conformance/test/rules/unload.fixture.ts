import { MigrateMode } from '@movable-pages/core';
import type { Scenario } from '../../src/scenario.ts';
import { compact, freeHandle, use } from '../../src/scenarios/actors.ts';

/** As `unload`, with a second compactor: pages that come back are asked for again while the driver goes away. */
export const unloadBesideTwoCompactors: Scenario = {
  id: 'unload-two-compactors',
  title: 'the driver is unloaded while two compactors want its pages',
  mode: MigrateMode.sync,
  nodes: [18],
  objects: 1,
  preemptions: 2,
  faults: 0,
  choices: [],
  fits: (workload) => workload.unload !== undefined,
  threads(context) {
    const { machine } = context.kernel;
    machine.thread('compactor 1', { party: 'vm' }, () => compact(context, MigrateMode.sync));
    machine.thread('compactor 2', { party: 'vm' }, () => compact(context, null));
    machine.thread('unloader', { party: 'user' }, function* () {
      yield* freeHandle(context, context.handles[0]);
      yield* use(context, 'unload', (workload) => workload.unload?.());
      context.judge.unloaded = true;
    });
  },
};
