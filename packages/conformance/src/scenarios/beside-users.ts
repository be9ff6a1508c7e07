import { MigrateMode, migrateModeName, PAGE_ALLOC_FAILS, type Op } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import { allocate, closer, compact, freeHandle, initialValue, writeAndRead } from './actors.js';
import { compactor, modeId, user } from './threads.js';

/**
 * Two users make and free an object while compaction looks on; no object exists before. What a driver does wrong when it
 * makes an object shows here; in every other scenario it ends the setting up.
 */
export const fromNothing: Scenario = {
  id: 'from-nothing',
  title: 'two users make their first objects beside compaction',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 0,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const vm = compactor(context, MigrateMode.sync);
    const first = user(context, 'user A', () => allocate(context, initialValue(0)));
    const second = user(context, 'user B', () => allocate(context, initialValue(1)));
    closer(context, [vm, first, second], []);
  },
};

/** Compaction moves two pages while one user frees an object and a second writes and reads, or makes one. */
export function migrateBesideUsers(mode: MigrateMode): Scenario {
  return {
    id: `migrate-${modeId(mode)}`,
    title: `compaction migrates (${migrateModeName(mode)}) while two users work`,
    mode,
    nodes: [12],
    objects: 2,
    preemptions: 2,
    faults: 1,
    refuses: [PAGE_ALLOC_FAILS],
    threads(context) {
      const [first, second] = context.handles;
      const vm = compactor(context, mode);
      const freeing = user(context, 'user A', () => freeHandle(context, first));
      const writing = user(context, 'user B', () =>
        context.built.workload.write === undefined
          ? allocate(context, initialValue(2))
          : writeAndRead(context, second, initialValue(1) + 50),
      );
      const value = context.built.workload.write === undefined ? initialValue(1) : initialValue(1) + 50;
      closer(context, [vm, freeing, writing], [{ handle: second, value }]);
    },
  };
}

/** Compaction isolates two pages and gives them back. */
export const putbackBesideUsers: Scenario = {
  id: 'putback',
  title: 'compaction isolates and puts back while two users work',
  mode: null,
  nodes: [12],
  objects: 2,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [first, second] = context.handles;
    const vm = compactor(context, null);
    const freeing = user(context, 'user A', () => freeHandle(context, first));
    const allocating = user(context, 'user B', () => allocate(context, initialValue(2)));
    closer(context, [vm, freeing, allocating], [{ handle: second, value: initialValue(1) }]);
  },
};

/** Every allocation of a page may fail, for users and for the VM. */
export const allocationFails: Scenario = {
  id: 'allocation-fails',
  title: 'page allocations fail, of users and of the VM',
  mode: MigrateMode.syncLight,
  nodes: [12],
  objects: 2,
  preemptions: 1,
  faults: 1,
  refuses: [],
  threads(context) {
    const [first, second] = context.handles;
    const vm = compactor(context, MigrateMode.syncLight);
    const freeing = user(context, 'user A', () => freeHandle(context, first));
    const allocating = user(context, 'user B', () => allocate(context, initialValue(2)));
    closer(context, [vm, freeing, allocating], [{ handle: second, value: initialValue(1) }]);
  },
};

/** As {@link allocationFails}, where a driver may wait, and may need memory itself to move a page. */
export const allocationFailsSync: Scenario = {
  id: 'allocation-fails-sync',
  title: 'page allocations fail, of a user and of the VM, which migrates in MIGRATE_SYNC',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [],
  threads(context) {
    const [only] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const allocating = user(context, 'user A', () => allocate(context, initialValue(1)));
    closer(context, [vm, allocating], [{ handle: only, value: initialValue(0) }]);
  },
};

/** A page is given back, then moved, then moved again: what only the next callback needs must have come along. */
export const migrateAgain: Scenario = {
  id: 'migrate-again',
  title:
    'compaction puts a page back, then migrates it twice, while a user works; another uses it afterwards',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [only] = context.handles;
    const vm = context.kernel.machine.thread('compactor', { party: 'vm' }, function* (): Op<void> {
      yield* compact(context);
      yield* compact(context, MigrateMode.sync);
      yield* compact(context, MigrateMode.sync);
    });
    const writes = context.built.workload.write !== undefined;
    const [early, late] = [initialValue(0) + 50, initialValue(0) + 60];
    const beside = user(context, 'user A', () =>
      writes ? writeAndRead(context, only, early) : allocate(context, initialValue(1)),
    );
    const options = { party: 'user', after: [vm, beside] };
    const afterwards = context.kernel.machine.thread('user B', options, () =>
      writeAndRead(context, only, late),
    );
    const left = { handle: only, value: writes ? late : initialValue(0) };
    closer(context, [beside, afterwards], [left]);
  },
};

/** Pages that would not move without waiting are asked again, by one who waits, with nothing put back in between. */
export const asyncThenSync: Scenario = {
  id: 'async-then-sync',
  title: 'compaction asks in MIGRATE_ASYNC, then in MIGRATE_SYNC for what is left, while a user works',
  mode: MigrateMode.async,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [only] = context.handles;
    const vm = context.kernel.machine.thread('compactor', { party: 'vm' }, () =>
      compact(context, MigrateMode.async, MigrateMode.sync),
    );
    const writes = context.built.workload.write !== undefined;
    const value = initialValue(0) + 50;
    const working = user(context, 'user A', () =>
      writes ? writeAndRead(context, only, value) : allocate(context, initialValue(1)),
    );
    closer(context, [vm, working], [{ handle: only, value: writes ? value : initialValue(0) }]);
  },
};
