import type { Op } from '@movable-pages/machine';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';

/** What the new page gets if the old one has it, and the old one keeps. `mappedToDisk` is also what marks exclusive pages. */
const COPIED =
  PageFlag.error |
  PageFlag.referenced |
  PageFlag.uptodate |
  PageFlag.workingset |
  PageFlag.mappedToDisk |
  PageFlag.dirty |
  PageFlag.young |
  PageFlag.idle;

/**
 * Steps 13 to 15: hands over what is known of the old page. Locks in memory are not: the page tables decide.
 *
 * Locks: both page locks.
 *
 * @kernel mm/migrate.c migrate_page_states
 */
export function* copyPageState(target: Page, page: Page): Op<void> {
  yield* copyFlags(target, page);
  yield* clearOldFlags(page);
  yield* endNewWriteback(target, page);
}

/** Step 13: copies flags; a page that is active is not unevictable. */
function* copyFlags(target: Page, page: Page): Op<void> {
  const flags = yield* page.readFlags();
  let moved = flags & COPIED;
  if ((flags & PageFlag.active) !== 0) moved |= PageFlag.active;
  else moved |= flags & PageFlag.unevictable;
  if (moved !== 0) yield* target.setFlags(moved);
}

/** Step 14: clears what the old page must not keep. */
function* clearOldFlags(page: Page): Op<void> {
  const gone = PageFlag.active | PageFlag.unevictable | PageFlag.swapCache | PageFlag.private;
  page.kernel.frames.poke(page.pfn, PageWord.private, 0);
  yield* page.clearFlags(gone);
}

/** Step 15: if the new page is under writeback, that has ended; a page that was to be read ahead still is. */
function* endNewWriteback(target: Page, page: Page): Op<void> {
  if ((target.peekFlags() & PageFlag.writeback) !== 0) yield* target.clearFlags(PageFlag.writeback);
  // After that, because the end of writeback may clear the same bit.
  if ((page.peekFlags() & PageFlag.isolated) !== 0) yield* target.setFlags(PageFlag.isolated);
}
