import {
  allocSameNode,
  MigrateMode,
  migrateModeName,
  PAGE_ALLOC_FAILS,
  type Op,
  type Page,
} from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import {
  closer,
  compact,
  expectContents,
  initialValue,
  isolateAll,
  isolateModeOf,
  migrateList,
  pin,
  readPinned,
  shrinkDriver,
  unpin,
} from './actors.js';
import { compactor, modeId, user } from './threads.js';

/** Compaction wants an object that a user pins and unpins. */
export const pinned: Scenario = {
  id: 'pinned',
  title: 'compaction wants the pages of an object while a user pins it, reads it and unpins it',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'pins',
  threads(context) {
    const [only] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const pinning = user(context, 'user A', () => readPinned(context, only, initialValue(0)));
    closer(context, [vm, pinning], [{ handle: only, value: initialValue(0) }]);
  },
};

/** As {@link pinned}, with two users: an object stays until the last of them has unpinned it. */
export const pinnedTwice: Scenario = {
  id: 'pinned-twice',
  title: 'compaction wants the pages of an object while two users pin it, read it and unpin it',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'pins',
  threads(context) {
    const [only] = context.handles;
    const vm = compactor(context, MigrateMode.sync);
    const pinning = ['user A', 'user B'].map((name) =>
      user(context, name, () => readPinned(context, only, initialValue(0))),
    );
    closer(context, [vm, ...pinning], [{ handle: only, value: initialValue(0) }]);
  },
};

/**
 * As {@link pinned}, with threads that end where a moment begins: the pin comes after the pages were isolated, and is there
 * when they are to be moved, and when they are to be isolated again.
 */
export function pinnedMeanwhile(mode: MigrateMode): Scenario {
  const suffix = mode === MigrateMode.sync ? '' : `-${modeId(mode)}`;
  const asked = mode === MigrateMode.sync ? '' : ` (${migrateModeName(mode)})`;
  return {
    id: `pinned-meanwhile${suffix}`,
    title: `an object is pinned after compaction isolated its pages, and unpinned while it wants to move them${asked}`,
    mode,
    nodes: [12],
    objects: 1,
    preemptions: 2,
    faults: 1,
    refuses: [PAGE_ALLOC_FAILS],
    needs: 'pins',
    threads(context) {
      const { machine, lists } = context.kernel;
      const [only] = context.handles;
      const list = lists.create('isolated pages', 'vm');
      const isolating = machine.thread('isolator', { party: 'vm' }, () =>
        isolateAll(context, list, isolateModeOf(mode)),
      );
      const pinning = machine.thread('user A', { party: 'user', after: [isolating] }, () =>
        pin(context, only),
      );
      const after = [pinning];
      const vm = machine.thread('compactor', { party: 'vm', after }, function* (): Op<void> {
        yield* migrateList(list, allocSameNode, mode);
        yield* compact(context, mode);
      });
      const unpinning = machine.thread('user B', { party: 'user', after }, function* (): Op<void> {
        const pages = pinning.result as readonly Page[] | null;
        yield* expectContents(context, only, initialValue(0));
        if (pages !== null) yield* unpin(context, only, pages);
      });
      closer(context, [vm, unpinning], [{ handle: only, value: initialValue(0) }]);
    },
  };
}

/** Memory is asked back while an object is pinned: it must not be the pinned one's. */
export const pinnedShrink: Scenario = {
  id: 'pinned-shrink',
  title: 'memory is asked back while a user pins an object, reads it and unpins it',
  mode: null,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'pins',
  fits: (workload) => workload.shrink !== undefined,
  threads(context) {
    const [only] = context.handles;
    const pinning = user(context, 'user A', () => readPinned(context, only, initialValue(0)));
    const shrinking = user(context, 'user B', () => shrinkDriver(context));
    closer(context, [pinning, shrinking], [{ handle: only, value: initialValue(0) }]);
  },
};
