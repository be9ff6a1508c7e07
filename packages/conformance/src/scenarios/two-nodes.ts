import {
  MigrateMode,
  MigrateReason,
  migratePages,
  PAGE_ALLOC_FAILS,
  putbackMovablePages,
  type Op,
  type Page,
} from '@movable-pages/core';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { allocate, closer, initialValue, isolateAll, writeAndRead } from './actors.js';
import { user } from './threads.js';

/** A target on the node where the source is not. */
function* allocOtherNode(page: Page): Op<Page | null> {
  return yield* page.kernel.allocator.allocPage({ node: 1 - page.node, thisNode: true });
}

/** Empties a node, as taking its memory offline does. */
function* emptyNode(context: ScenarioContext, node: number): Op<void> {
  const { kernel } = context;
  const list = kernel.lists.create('pages of the node', 'vm');
  yield* isolateAll(context, list, 0, node);
  if (list.first() !== null) {
    yield* migratePages(list, {
      getNewPage: allocOtherNode,
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.memoryHotplug,
    });
  }
  yield* putbackMovablePages(list);
  list.dispose();
}

/** Pages go to another node and back, and at last stay away: what a driver keeps by node must go with them. */
export const twoNodes: Scenario = {
  id: 'two-nodes',
  title: 'every page is moved to another node, back, and there again, while a user works',
  mode: MigrateMode.sync,
  nodes: [6, 6],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [only] = context.handles;
    const writes = context.built.workload.write !== undefined;
    const vm = context.kernel.machine.thread('offliner', { party: 'vm' }, function* (): Op<void> {
      for (const node of [0, 1, 0]) yield* emptyNode(context, node);
    });
    const working = user(context, 'user A', () =>
      writes ? writeAndRead(context, only, initialValue(0) + 50) : allocate(context, initialValue(1)),
    );
    closer(context, [vm, working], [{ handle: only, value: initialValue(0) + (writes ? 50 : 0) }]);
  },
};
