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
import { allocate, closer, initialValue, isolateAll, isolateModeOf, writeAndRead } from './actors.js';
import { user } from './threads.js';

/** A target on the node where the source is not. */
function* allocOtherNode(page: Page): Op<Page | null> {
  return yield* page.kernel.allocator.allocPage({ node: 1 - page.node, thisNode: true });
}

/** Empties a node: asks in one mode, then in SYNC what would not move, as a driver may refuse to without waiting. */
function* emptyNode(context: ScenarioContext, node: number, first: MigrateMode): Op<void> {
  const { kernel } = context;
  const list = kernel.lists.create('pages of the node', 'vm');
  yield* isolateAll(context, list, isolateModeOf(first), node);
  for (const mode of new Set([first, MigrateMode.sync])) {
    if (list.first() === null) break;
    yield* migratePages(list, {
      getNewPage: allocOtherNode,
      freePage: null,
      mode,
      reason: MigrateReason.memoryHotplug,
    });
  }
  yield* putbackMovablePages(list);
  list.dispose();
}

/**
 * Pages go to another node and back, and at last stay away: what a driver keeps by node must go with them, in whichever
 * mode they go.
 */
export const twoNodes: Scenario = {
  id: 'two-nodes',
  title: 'every page is moved to another node, back, and there again, in a mode each, while a user works',
  mode: MigrateMode.async,
  nodes: [6, 6],
  objects: 1,
  preemptions: 2,
  faults: 1,
  refuses: [PAGE_ALLOC_FAILS],
  threads(context) {
    const [only] = context.handles;
    const writes = context.built.workload.write !== undefined;
    const vm = context.kernel.machine.thread('offliner', { party: 'vm' }, function* (): Op<void> {
      // Not the two that do not wait in succession: what both forget would cancel out.
      yield* emptyNode(context, 0, MigrateMode.async);
      yield* emptyNode(context, 1, MigrateMode.sync);
      yield* emptyNode(context, 0, MigrateMode.syncLight);
    });
    const working = user(context, 'user A', () =>
      // 0, which counts as nothing where somebody forgets that it is a value too.
      writes ? writeAndRead(context, only, 0) : allocate(context, initialValue(1)),
    );
    closer(context, [vm, working], [{ handle: only, value: writes ? 0 : initialValue(0) }]);
  },
};
