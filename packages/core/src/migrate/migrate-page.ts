import type { Op } from '@movable-pages/machine';
import type { AddressSpace } from '../mapping/address-space.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { copyPage } from './copy-page.js';
import { copyPageState } from './copy-page-state.js';
import { MigrateMode } from './migrate-mode.js';
import { moveMapping } from './move-mapping.js';

/**
 * Steps 5 to 15 as most pages take them: mapping, contents, state. What a page cache without private data names as its way
 * to migrate. Never sleeps.
 *
 * Locks: both page locks; no page table maps the old page.
 *
 * @kernel mm/migrate.c migrate_page
 * @returns 0 or `-EAGAIN`.
 * @since 0.1.0
 */
export function* migratePage(
  mapping: AddressSpace | null,
  target: Page,
  page: Page,
  mode: MigrateMode,
): Op<number> {
  if ((page.peekFlags() & PageFlag.writeback) !== 0)
    page.kernel.warn(page, 'a page under writeback is moved');
  const rc = yield* moveMapping(mapping, target, page);
  if (rc !== 0) return rc;
  // Step 12.
  if (mode !== MigrateMode.syncNoCopy) yield* copyPage(target, page);
  yield* copyPageState(target, page);
  return 0;
}
