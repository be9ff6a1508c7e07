import { MigrateMode, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { closer, expectContents, freeHandle, initialValue, shrinkDriver, writeAndRead } from './actors.js';
import { compactor, user } from './threads.js';

/** Reclaim asks for memory back while compaction has pages. */
export const shrink: Scenario = {
  id: 'shrink',
  title: 'memory is asked back while compaction migrates and a user frees',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 1,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'shrinks',
  threads(context) {
    const [only] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const reclaiming = context.kernel.machine.thread('reclaimer', { party: 'vm' }, () =>
      shrinkDriver(context),
    );
    const value = context.built.workload.write === undefined ? initialValue(0) : initialValue(0) + 50;
    const writing = user(context, 'user A', () => writeAndRead(context, only, value));
    closer(context, [vm, reclaiming, writing], [{ handle: only, value }]);
  },
};

/**
 * As {@link shrink}, with every object at a place of its own and room beside it: who packs objects together has something
 * to give back.
 */
export const shrinkScattered: Scenario = {
  id: 'shrink-scattered',
  title:
    'memory is asked back after half of the objects were freed, while compaction migrates and a user frees',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 4,
  freed: [0, 1],
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'shrinks',
  threads(context) {
    const [, , kept, other] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const reclaiming = context.kernel.machine.thread('reclaimer', { party: 'vm' }, () =>
      shrinkDriver(context),
    );
    const freeing = user(context, 'user A', () => freeHandle(context, other));
    closer(context, [vm, reclaiming, freeing], [{ handle: kept, value: initialValue(2) }]);
  },
};

/** What is kept aside must be what was written last, whatever was kept before: 0 as well. */
export const shrinkTwice: Scenario = {
  id: 'shrink-twice',
  title:
    'a user has memory asked back, writes 0, has it asked back again and reads, while compaction migrates',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'shrinks',
  fits: (workload) => workload.write !== undefined,
  threads(context) {
    const [only] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const working = user(context, 'user A', function* (): Op<void> {
      yield* shrinkDriver(context);
      yield* writeAndRead(context, only, 0);
      yield* shrinkDriver(context);
      yield* expectContents(context, only, 0);
    });
    closer(context, [vm, working], [{ handle: only, value: 0 }]);
  },
};
