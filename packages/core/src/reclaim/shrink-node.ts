import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { countIsolated } from '../lru/count-isolated.js';
import { LruList } from '../lru/lru-list.js';
import { putbackLruPage } from '../lru/putback-lru-page.js';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { shrinkPageList } from './shrink-page-list.js';

/** Pages that are looked at together. @kernel include/linux/swap.h SWAP_CLUSTER_MAX @since 0.1.0 */
export const SWAP_CLUSTER_MAX = 32;

/**
 * One round of reclaim on a node: moves pages from active to inactive where these have become few, then tries to free
 * inactive ones, file pages first. Gives how many it freed. May sleep.
 *
 * @param priority From 12 (a small part of the lists) to 0 (all of them).
 * @kernel mm/vmscan.c shrink_node
 */
export function* shrinkNode(kernel: Kernel, node: number, priority: number): Op<number> {
  const swap = kernel.swap !== null && (yield* kernel.swap.hasRoom());
  let freed = 0;
  for (const [inactive, active] of [
    [LruList.inactiveFile, LruList.activeFile],
    [LruList.inactiveAnon, LruList.activeAnon],
  ] as const) {
    if (inactive === LruList.inactiveAnon && !swap) continue;
    const [few, many] = yield* lengths(kernel, node, inactive, active);
    if (few < many) yield* shrinkActive(kernel, node, active, part(many, priority));
    if (few > 0) freed += yield* shrinkInactive(kernel, node, inactive, part(few, priority));
  }
  return freed;
}

/** How many pages of a list a round looks at. @kernel mm/vmscan.c get_scan_count */
function part(length: number, priority: number): number {
  return Math.min(length, Math.max(SWAP_CLUSTER_MAX, Math.floor(length / 2 ** priority)));
}

/** How long two lists are, what waits in the add cache of this processor included. */
function* lengths(kernel: Kernel, node: number, one: LruList, other: LruList): Op<[number, number]> {
  const { lru } = kernel;
  yield* lru.drain();
  yield* lru.lockOf(node).acquire();
  const both: [number, number] = [lru.list(node, one).length, lru.list(node, other).length];
  yield* lru.lockOf(node).release();
  return both;
}

/** @kernel mm/vmscan.c shrink_inactive_list */
function* shrinkInactive(kernel: Kernel, node: number, from: LruList, pages: number): Op<number> {
  const list = kernel.lists.create('pages to reclaim', 'vm');
  yield* isolateTail(kernel, node, from, pages, list);
  const freed = yield* shrinkPageList(list);
  list.dispose();
  kernel.vmstat.add('pgsteal', freed);
  return freed;
}

/** @kernel mm/vmscan.c shrink_active_list */
function* shrinkActive(kernel: Kernel, node: number, from: LruList, pages: number): Op<void> {
  const list = kernel.lists.create('pages to deactivate', 'vm');
  yield* isolateTail(kernel, node, from, pages, list);
  for (let page = list.shift(); page !== null; page = list.shift()) {
    yield* page.clearFlags(PageFlag.active);
    kernel.vmstat.add('pgdeactivate', 1);
    countIsolated(page, -1);
    yield* putbackLruPage(page);
  }
  list.dispose();
}

/**
 * Isolates up to `pages` pages from the tail of a list. Pages without a reference are on their way to the allocator.
 *
 * @kernel mm/vmscan.c isolate_lru_pages
 */
function* isolateTail(kernel: Kernel, node: number, from: LruList, pages: number, to: PageList): Op<void> {
  const { lru, vmstat } = kernel;
  yield* lru.drain();
  yield* lru.lockOf(node).acquire();
  const list = lru.list(node, from);
  const seen: Page[] = [];
  for (let left = pages, page = list.last(); left > 0 && page !== null; left--, page = list.previous(page))
    seen.push(page);
  for (const page of seen) {
    vmstat.add('pgscan', 1);
    if (!(yield* page.tryGet())) continue;
    if (((yield* page.clearFlags(PageFlag.lru)) & PageFlag.lru) === 0) {
      // Somebody else has isolated it and waits for the lock. His reference keeps it.
      yield* page.put();
      continue;
    }
    list.remove(page);
    to.addTail(page);
    countIsolated(page, 1);
  }
  yield* lru.lockOf(node).release();
}
