import type { Op } from '@movable-pages/machine';
import { MIGRATEPAGE_SUCCESS } from '../errno.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { callMigratePage } from '../movable/call-driver.js';
import { lockedMapping, pageMovable, pageMovableHint } from '../movable/page-movable.js';
import type { MigrateMode } from './migrate-mode.js';

/**
 * Moves an isolated driver page to its target by way of the driver. A page that its driver let go of counts as moved:
 * nothing is copied and nobody is called.
 *
 * Locks: both page locks.
 *
 * @kernel mm/migrate.c move_to_new_page
 * @since 0.1.0
 */
export function* moveToNewPage(newPage: Page, page: Page, mode: MigrateMode): Op<number> {
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
