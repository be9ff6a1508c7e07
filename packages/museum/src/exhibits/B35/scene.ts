import {
  buildDriver,
  isolateMovablePage,
  MigrateMode,
  MigrateReason,
  allocSameNode,
  migratePages,
  moveDriverPage,
  putbackMovablePages,
  type BuiltDriver,
  type Kernel,
  type Op,
  type Page,
  type PageList,
} from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { buffers } from '../../bases/buffers/driver.js';
import { buildScene } from '../../vm/scene.js';

const OBJECTS = 2;

/** How the next page of a batch is locked while others are; gives whether it was. */
export type LockNext = (page: Page, locked: number) => Op<boolean>;

/** @kernel mm/migrate.c migrate_folio_unmap */
export const triesWhileItHoldsOthers: LockNext = function* (page, locked) {
  if (locked > 0) return yield* page.tryLock();
  yield* page.lock();
  return true;
};

/**
 * Migrates a list as a batch: locks all that it can, moves them, and then takes the rest one by one.
 *
 * @kernel mm/migrate.c migrate_pages_batch
 */
function* migrateBatch(list: PageList, lockNext: LockNext): Op<void> {
  const locked: Page[] = [];
  for (let page = list.first(); page !== null; page = list.next(page))
    if (yield* lockNext(page, locked.length)) locked.push(page);
  for (const page of locked) yield* moveLocked(page, list);
  if (list.first() === null) return;
  yield* migratePages(list, {
    getNewPage: allocSameNode,
    freePage: null,
    mode: MigrateMode.sync,
    reason: MigrateReason.compaction,
  });
}

/** @kernel mm/migrate.c migrate_folio_move */
function* moveLocked(page: Page, list: PageList): Op<void> {
  const target = yield* allocSameNode(page);
  if (target === null || !(yield* target.tryLock())) {
    yield* page.unlock();
    if (target !== null) yield* target.put();
    return;
  }
  const rc = yield* moveDriverPage(target, page, MigrateMode.sync);
  yield* target.unlock();
  yield* page.unlock();
  if (rc === 0) {
    list.remove(page);
    yield* page.put();
  }
  yield* target.put();
}

function* compact(kernel: Kernel, lockNext: LockNext): Op<void> {
  const list = kernel.lists.create('batch', 'vm');
  for (let pfn = 0; pfn < OBJECTS; pfn++) {
    const page = kernel.page(pfn);
    if ((yield* isolateMovablePage(page, 0)) === 0) list.addTail(page);
  }
  yield* migrateBatch(list, lockNext);
  yield* putbackMovablePages(list);
  list.dispose();
}

/** Locks both pages, the later one first, as whoever writes out a range backwards does. */
function* lockBoth(kernel: Kernel): Op<void> {
  const held: Page[] = [];
  for (let pfn = OBJECTS - 1; pfn >= 0; pfn--) {
    const page = kernel.page(pfn);
    if (!(yield* page.tryGet())) break;
    yield* page.lock();
    held.push(page);
  }
  for (const page of held) {
    yield* page.unlock();
    yield* page.put();
  }
}

/** A batch of two pages is migrated while somebody else locks both. */
export function batchBesideLocker(lockNext: LockNext): Program {
  let built: BuiltDriver | null = null;
  const handles: unknown[] = [];
  return buildScene<void>({
    kernel: { nodes: [6], cpus: 1 },
    lockOrder: false,
    construct(kernel) {
      built = buildDriver(kernel, buffers.repaired);
    },
    *setUp(): Op<void> {
      for (let i = 0; i < OBJECTS; i++) handles.push(yield* built!.workload.allocate());
    },
    threads(kernel) {
      const { machine } = kernel;
      const batch = machine.thread('batch', { party: 'vm' }, () => compact(kernel, lockNext));
      const locker = machine.thread('locker', { party: 'vm' }, () => lockBoth(kernel));
      machine.thread('closer', { party: 'user', after: [batch, locker] }, function* (): Op<void> {
        for (const handle of handles) yield* built!.workload.free(handle);
      });
    },
  });
}
