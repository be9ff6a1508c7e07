import type { Op } from '@movable-pages/machine';
import { Errno, MIGRATEPAGE_SUCCESS } from '../errno.js';
import { putbackLruPage } from '../lru/putback-lru-page.js';
import { getAnonVma } from '../mapping/get-anon-vma.js';
import { isLruPage, mappingWord } from '../mapping/page-mapping.js';
import { readMapCount } from '../mapping/rmap.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { installMigrationEntries } from './install-migration-entries.js';
import { lockOldPage, tryLockNewPage, waitForOldWriteback } from './lock-pages.js';
import type { MigrateMode } from './migrate-mode.js';
import { moveDriverPage, moveLruPage } from './move-to-new-page.js';
import { removeMigrationEntries } from './remove-migration-entries.js';

/**
 * The eighteen steps on one page and its target. Read on in the order of the steps:
 *
 * | step | what | where |
 * | --- | --- | --- |
 * | 1-3 | old page locked, not under writeback, new page locked | `lock-pages.ts` |
 * | 4 | page-table entries become migration entries | `install-migration-entries.ts` |
 * | 5-11 | the new page takes the old one's place | `move-mapping.ts` |
 * | 12 | contents | `copy-page.ts` |
 * | 13-15 | flags | `copy-page-state.ts` |
 * | 16 | migration entries become page-table entries | `remove-migration-entries.ts` |
 * | 17 | both unlocked | here |
 * | 18 | the new page goes to the LRU | here; before step 16 in some profiles |
 *
 * A driver page has neither mappings nor a place that the VM knows: its driver does what lies between steps 3 and 17.
 *
 * @kernel mm/migrate.c __unmap_and_move
 * @returns 0, `-EAGAIN`, or another error that is permanent.
 */
export function* unmapAndMoveLocked(page: Page, target: Page, force: boolean, mode: MigrateMode): Op<number> {
  if (!(yield* lockOldPage(page, force, mode))) return -Errno.EAGAIN;
  const waited = yield* waitForOldWriteback(page, force, mode);
  if (waited !== 0) {
    yield* page.unlock();
    return waited;
  }
  return yield* isLruPage(page) ? moveLru(page, target, mode) : moveDriver(page, target, mode);
}

function* moveDriver(page: Page, target: Page, mode: MigrateMode): Op<number> {
  if (!(yield* tryLockNewPage(target))) {
    yield* page.unlock();
    return -Errno.EAGAIN;
  }
  const rc = yield* moveDriverPage(target, page, mode);
  yield* unlockNew(target);
  yield* unlockOld(page);
  // On success the driver has a reference of its own on the target; this drops the allocation's.
  if (rc === MIGRATEPAGE_SUCCESS) yield* target.put();
  return rc;
}

function* moveLru(page: Page, target: Page, mode: MigrateMode): Op<number> {
  const { profile } = page.kernel;
  // Alive until the new page has it: while nothing maps the page, nothing else keeps it.
  const anonVma = yield* getAnonVma(page);
  let rc = -Errno.EAGAIN;
  if (yield* tryLockNewPage(target)) {
    let wasMapped = false;
    const orphan = mappingWord(page) === 0 && (yield* freeOrphanBuffers(page));
    if (mappingWord(page) !== 0 && (yield* readMapCount(page)) > 0) {
      yield* installMigrationEntries(page);
      wasMapped = true;
    }
    if (orphan) rc = -Errno.EAGAIN;
    else if (!wasMapped || (yield* readMapCount(page)) === 0) rc = yield* moveLruPage(target, page, mode);
    const moved = rc === MIGRATEPAGE_SUCCESS;
    if (moved && profile.newPageToLru === 'before-entries') yield* addNewPageToLru(target, wasMapped);
    if (wasMapped) yield* removeMigrationEntries(page, moved ? target : page);
    yield* unlockNew(target);
  }
  if (anonVma !== null) yield* anonVma.put();
  yield* unlockOld(page);
  if (rc !== MIGRATEPAGE_SUCCESS) return rc;
  if (profile.newPageToLru === 'after-unlock') yield* putNewPageOnLru(target);
  else yield* target.put();
  return rc;
}

/**
 * A page that was truncated while it had private data is kept by nothing but those: lets go of them, so that the next
 * attempt finds it freed. Gives whether it was such a page.
 *
 * @kernel fs/buffer.c try_to_free_buffers
 */
function* freeOrphanBuffers(page: Page): Op<boolean> {
  if (((yield* page.readFlags()) & PageFlag.private) === 0) return false;
  page.kernel.frames.poke(page.pfn, PageWord.private, 0);
  yield* page.clearFlags(PageFlag.private);
  yield* page.put();
  return true;
}

/** Step 17, first half. */
function unlockNew(target: Page): Op<void> {
  return target.unlock();
}

/** Step 17, second half: whoever waits for a migration entry of the old page goes on. */
function unlockOld(page: Page): Op<void> {
  return page.unlock();
}

/** Step 18 after the locks: the new page goes to the LRU, and the allocation's reference with it. */
function putNewPageOnLru(target: Page): Op<void> {
  return putbackLruPage(target);
}

/** Step 18 before the entries: at once, so that areas that are locked in memory find the page on a list. */
function* addNewPageToLru(target: Page, wasMapped: boolean): Op<void> {
  yield* target.kernel.lru.cacheAdd(target);
  if (wasMapped) yield* target.kernel.lru.drain();
}
