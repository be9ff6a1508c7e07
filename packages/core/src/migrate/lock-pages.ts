import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { MigrateMode } from './migrate-mode.js';

/**
 * Step 1: locks the old page. By try; a forced attempt may sleep unless the mode is ASYNC.
 *
 * @kernel mm/migrate.c __unmap_and_move
 * @returns Whether it could. If not the attempt ends with `-EAGAIN`.
 */
export function* lockOldPage(page: Page, force: boolean, mode: MigrateMode): Op<boolean> {
  if (yield* page.tryLock()) return true;
  if (!force || mode === MigrateMode.async) return false;
  // Direct compaction holds page locks of its own further up: it never sleeps on one.
  if (page.kernel.machine.current!.inReclaim) return false;
  yield* page.lock();
  return true;
}

/**
 * Step 2: writeback of the old page must be over. Only SYNC waits for it, and only if forced.
 *
 * Locks: the old page's.
 *
 * @returns 0, `-EBUSY` (the mode never waits: permanent), `-EAGAIN`.
 */
export function* waitForOldWriteback(page: Page, force: boolean, mode: MigrateMode): Op<number> {
  if (((yield* page.readFlags()) & PageFlag.writeback) === 0) return 0;
  if (mode !== MigrateMode.sync && mode !== MigrateMode.syncNoCopy) return -Errno.EBUSY;
  if (!force) return -Errno.EAGAIN;
  yield* page.waitForWriteback();
  return 0;
}

/**
 * Step 3: locks the new page. By try, because the old one is locked already; whoever found it by number may hold it.
 *
 * @returns Whether it could. If not the attempt ends with `-EAGAIN`.
 */
export function tryLockNewPage(target: Page): Op<boolean> {
  return target.tryLock();
}
