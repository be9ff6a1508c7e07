import type { Op } from '@movable-pages/machine';
import { MIGRATEPAGE_SUCCESS } from '../errno.js';
import { cacheOf, mappingWord, storeMappingWord } from '../mapping/page-mapping.js';
import { MappingTag, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { callMigratePage } from '../movable/call-driver.js';
import { lockedMapping, pageMovable, pageMovableHint } from '../movable/page-movable.js';
import { fallbackMigratePage } from './fallback-migrate-page.js';
import type { MigrateMode } from './migrate-mode.js';
import { migratePage } from './migrate-page.js';

/**
 * Moves a page of the LRU, which no page table maps any more, by the way that its page cache names: steps 5 to 15.
 *
 * Locks: both page locks.
 *
 * @kernel mm/migrate.c move_to_new_page
 * @returns 0, `-EAGAIN`, or another error that is permanent.
 */
export function* moveLruPage(target: Page, page: Page, mode: MigrateMode): Op<number> {
  const mapping = cacheOf(page);
  let rc: number;
  if (mapping === null) rc = yield* migratePage(null, target, page, mode);
  else if (mapping.ops.migratePage !== undefined)
    rc = yield* mapping.ops.migratePage(mapping, target, page, mode);
  else rc = yield* fallbackMigratePage(mapping, target, page, mode);
  // A tagged word is left for the allocator, so that who asks sees what kind of page it was.
  if (rc === MIGRATEPAGE_SUCCESS && (mappingWord(page) & MappingTag.mask) === MappingTag.none)
    yield* storeMappingWord(page, 0);
  return rc;
}

/**
 * Moves an isolated driver page to its target by way of the driver. A page that its driver let go of counts as moved:
 * nothing is copied and nobody is called.
 *
 * Locks: both page locks.
 *
 * @kernel mm/migrate.c move_to_new_page
 * @since 0.1.0
 */
export function* moveDriverPage(newPage: Page, page: Page, mode: MigrateMode): Op<number> {
  if ((page.peekFlags() & PageFlag.isolated) === 0)
    page.kernel.warn(page, 'a page is moved that is not isolated');
  if (!(yield* pageMovable(page))) {
    yield* page.clearFlags(PageFlag.isolated);
    return MIGRATEPAGE_SUCCESS;
  }
  const mapping = lockedMapping(page);
  const rc = yield* callMigratePage(newPage, page, mapping, mode);
  if (rc !== MIGRATEPAGE_SUCCESS) return rc;
  if ((page.peekFlags() & PageFlag.isolated) === 0)
    page.kernel.warn(page, `${mapping.name}.migratePage cleared PG_isolated`);
  // The tag survives clearPageMovable, so the mark is found and taken off here.
  if (yield* pageMovableHint(page)) yield* page.clearFlags(PageFlag.isolated);
  return MIGRATEPAGE_SUCCESS;
}
