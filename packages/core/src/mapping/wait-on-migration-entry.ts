import { OpKind, type Op } from '@movable-pages/machine';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { pause } from '../pause.js';
import type { PageTable } from './page-table.js';
import { isMigrationEntry, pteNumber } from './pte.js';

/**
 * Waits until the page of a migration entry is unlocked, which is when its migration has ended one way or the other; the
 * caller then looks again. Does not take the page lock. Never keeps a reference while it sleeps: that would make the
 * migration fail. May sleep.
 *
 * @kernel mm/migrate.c migration_entry_wait
 */
export function* waitOnMigrationEntry(table: PageTable, vpn: number, kernel: Page['kernel']): Op<void> {
  yield* table.lock.acquire();
  const pte = table.peek(vpn);
  if (!isMigrationEntry(pte)) {
    yield* table.lock.release();
    return;
  }
  const page = kernel.page(pteNumber(pte));
  if (!kernel.profile.migrationWaitTakesReference) {
    // Queued under the page-table lock: as long as the entry is there, the page is locked and cannot go.
    const locked = yield* queueUp(page);
    yield* table.lock.release();
    if (locked) yield* sleep(page);
    return;
  }
  const taken = yield* kernel.steps.holdForWait(page);
  yield* table.lock.release();
  if (!taken) {
    // Frozen: the migrator is about to be done with it, and the fault is tried again.
    yield* pause(kernel.machine);
    return;
  }
  const locked = yield* queueUp(page);
  // Dropped as soon as queued.
  yield* kernel.steps.letGoQueued(page);
  if (locked) yield* sleep(page);
}

/** Joins the waiters of a page, if it is locked; gives whether it is. */
function* queueUp(page: Page): Op<boolean> {
  const { machine, frames } = page.kernel;
  const at = frames.location(page.pfn, 0);
  yield* machine.makeOp(OpKind.prepareWait, at, 0, 0);
  if (((yield* page.setFlags(PageFlag.waiters)) & PageFlag.locked) !== 0) return true;
  yield* machine.makeOp(OpKind.finishWait, at, 0, 0);
  return false;
}

function* sleep(page: Page): Op<void> {
  const { machine, frames } = page.kernel;
  machine.mightSleep(`wait for the migration of ${page}`, false);
  yield* machine.makeWait(OpKind.sleep, frames.location(page.pfn, 0), 0, 0, 0, 0);
}
