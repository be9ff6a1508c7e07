import {
  pageList,
  PageFlag,
  spinLock,
  type Kernel,
  type Op,
  type Page,
  type PageList,
  type SpinLock,
} from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { buildScene } from '../../vm/scene.js';

/** A pool of huge pages: those in use are on a list, which a lock guards. The head flag says what a page is. */
export interface HugePool {
  readonly lock: SpinLock;
  readonly active: PageList;
}

/** Isolates a page that looked like a huge one; gives whether it did. No reference is held. */
export type IsolateHuge = (page: Page, pool: HugePool) => Op<boolean>;

/** Whether a page looks like a huge one: without lock and reference, a hint. */
function* looksHuge(page: Page): Op<boolean> {
  return ((yield* page.readFlags()) & PageFlag.head) !== 0;
}

/** Takes a page that has a reference off the list. Locks: the pool's. */
export function takeOff(page: Page, { active }: HugePool): boolean {
  const listed = active.has(page);
  if (listed) active.remove(page);
  return listed;
}

/** @kernel mm/hugetlb.c isolate_huge_page */
export const looksAgainUnderTheLock: IsolateHuge = function* (page, pool) {
  yield* pool.lock.acquire();
  const taken = (yield* looksHuge(page)) && (yield* page.tryGet());
  const isolated = taken && takeOff(page, pool);
  yield* pool.lock.release();
  return isolated;
};

/** The last reference goes: the page is no huge page any more, and the allocator's. @kernel mm/hugetlb.c free_huge_page */
function* dissolve(page: Page, pool: HugePool): Op<void> {
  yield* pool.lock.acquire();
  if (pool.active.has(page)) pool.active.remove(page);
  yield* page.clearFlags(PageFlag.head);
  yield* page.put();
  yield* pool.lock.release();
}

function* putBack(page: Page, pool: HugePool): Op<void> {
  yield* pool.lock.acquire();
  if (yield* looksHuge(page)) pool.active.add(page);
  yield* pool.lock.release();
  yield* page.put();
}

/** Somebody isolates a huge page that its user gives up. */
export function isolationBesideFree(isolate: IsolateHuge): Program {
  let page: Page | null = null;
  const build = (kernel: Kernel): HugePool => ({
    lock: spinLock('hugetlb_lock'),
    active: pageList(kernel, 'active huge pages'),
  });
  return buildScene<HugePool>({
    kernel: { nodes: [2], cpus: 1 },
    construct: build,
    *setUp(kernel, { active }): Op<void> {
      page = (yield* kernel.allocator.allocPage())!;
      yield* page.setFlags(PageFlag.head);
      active.add(page);
    },
    threads({ machine }, pool) {
      const huge = page!;
      machine.thread('isolator', { party: 'vm' }, function* (): Op<void> {
        if (!(yield* looksHuge(huge))) return;
        if (yield* isolate(huge, pool)) yield* putBack(huge, pool);
      });
      machine.thread('user', { party: 'user' }, () => dissolve(huge, pool));
    },
  });
}
