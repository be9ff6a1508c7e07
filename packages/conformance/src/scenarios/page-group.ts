import {
  allocSameNode,
  MigrateMode,
  MigrateReason,
  migratePages,
  PAGE_ALLOC_FAILS,
  putbackMovablePages,
  type Op,
  type PageList,
} from '@movable-pages/core';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { closer, expectContents, freeHandle, initialValue, isolateAll, use } from './actors.js';
import { user } from './threads.js';

/** Moves all pages of a list but the first, and puts that one back last. */
export function* moveAllButOne(list: PageList): Op<void> {
  const kept = list.shift();
  if (list.first() !== null) {
    yield* migratePages(list, {
      getNewPage: allocSameNode,
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.compaction,
    });
  }
  if (kept !== null) list.add(kept);
  yield* putbackMovablePages(list);
}

/** Has all pages of a group at once. */
function* moveGroup(context: ScenarioContext): Op<void> {
  const list = context.kernel.lists.create('pages of the group', 'vm');
  yield* isolateAll(context, list, 0);
  yield* moveAllButOne(list);
  list.dispose();
}

/** A group of pages is isolated together, moved in part, and used and freed meanwhile. */
export const pageGroup: Scenario = {
  id: 'page-group',
  title:
    'all pages of one object are isolated together and all but one are moved, while a user works and frees',
  mode: MigrateMode.sync,
  nodes: [12],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  needs: 'page-groups',
  threads(context) {
    const [only] = context.handles;
    const vm = context.kernel.machine.thread('compactor', { party: 'vm' }, () => moveGroup(context));
    const using = user(context, 'user A', function* (): Op<void> {
      yield* expectContents(context, only, initialValue(0));
      // Nobody reads it: what the write has set going may not be over yet.
      yield* use(context, 'write', (workload) => workload.write?.(only, initialValue(0) + 50));
      yield* freeHandle(context, only);
    });
    closer(context, [vm, using], []);
  },
};
