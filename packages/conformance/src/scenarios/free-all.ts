import { MigrateMode, PAGE_ALLOC_FAILS, type Kernel, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { closer, compact, freeHandle } from './actors.js';

/** Whether the driver has workers: threads of its own that do later what others left. */
function hasWorkers({ machine }: Kernel): boolean {
  for (let i = 0; i < machine.threadCount; i++) {
    const { party, daemon } = machine.threads[i]!;
    if (daemon && party === 'driver') return true;
  }
  return false;
}

/** All objects are freed and nobody calls the driver any more: what its workers do now, they do beside compaction. */
export const freeAll: Scenario = {
  id: 'free-all',
  title: 'every object is freed, and the workers of the driver end beside compaction',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 2,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  fits: (_workload, kernel) => hasWorkers(kernel),
  threads(context) {
    const { machine } = context.kernel;
    const vm = machine.thread('compactor', { party: 'vm' }, () => compact(context, MigrateMode.sync));
    const freeing = machine.thread('user A', { party: 'user' }, function* (): Op<void> {
      for (const handle of context.handles) yield* freeHandle(context, handle);
    });
    closer(context, [vm, freeing], []);
  },
};
