import { MigrateMode, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { allocate, closer, compact, initialValue } from './actors.js';

/** Pages that are left when the threads begin. */
const LEFT = 1;

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
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  reclaims: true,
  fits: (_workload, kernel) => kernel.reclaim.clients > 0,
  *setUp({ kernel, taken }): Op<void> {
    while (kernel.allocator.freePages(0) > LEFT) {
      const page = yield* kernel.allocator.allocPage();
      if (page === null) return;
      taken.push(page);
    }
  },
  threads(context) {
    const { kernel, handles, taken } = context;
    const { machine, allocator } = kernel;
    const vm = machine.thread('compactor', { party: 'vm' }, () => compact(context, MigrateMode.sync));
    const making = machine.thread('user A', { party: 'user' }, () => allocate(context, initialValue(1)));
    const process = machine.thread('process', { party: 'user' }, function* (): Op<void> {
      const page = yield* allocator.allocPage();
      if (page !== null) yield* page.put();
    });
    const others = [vm, making, process];
    const exit = machine.thread('exit', { party: 'user', after: others }, function* (): Op<void> {
      for (const page of taken) yield* page.put();
    });
    closer(context, [exit, making], [{ handle: handles[0], value: initialValue(0) }]);
  },
};
