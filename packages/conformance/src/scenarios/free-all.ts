import { MigrateMode, PAGE_ALLOC_FAILS, type Kernel, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { closer, compact, freeHandle, initialValue } from './actors.js';
import { compactor, user } from './threads.js';

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

/** Neither the first nor the last goes: what stood before it and what stood behind it must find each other. */
export const freeMiddle: Scenario = {
  id: 'free-middle',
  title: 'the second of three objects is freed while compaction migrates',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 3,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [first, second, third] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const freeing = user(context, 'user A', () => freeHandle(context, second));
    const left = [
      { handle: first, value: initialValue(0) },
      { handle: third, value: initialValue(2) },
    ];
    closer(context, [vm, freeing], left);
  },
};
