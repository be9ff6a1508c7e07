import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { AOP_WRITEPAGE_ACTIVATE, type AddressSpace } from '../mapping/address-space.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { PRIVATE_FLAGS } from './freeze-refs.js';
import { MigrateMode } from './migrate-mode.js';
import { migratePage } from './migrate-page.js';
import { removeMigrationEntries } from './remove-migration-entries.js';

/**
 * Moves a page whose page cache does not say how: clean pages are moved, dirty ones written out first. A dirty page is
 * therefore never moved in the attempt that writes it.
 *
 * Locks: both page locks; no page table maps the old page.
 *
 * @kernel mm/migrate.c fallback_migrate_page
 * @returns 0, `-EAGAIN`, `-EBUSY` (the mode does not write), `-EINVAL` (nothing to write with), `-EIO`.
 */
export function* fallbackMigratePage(
  mapping: AddressSpace,
  target: Page,
  page: Page,
  mode: MigrateMode,
): Op<number> {
  const flags = yield* page.readFlags();
  if ((flags & PageFlag.dirty) !== 0) {
    const writes = mode === MigrateMode.sync || mode === MigrateMode.syncNoCopy;
    return writes ? yield* writeOut(mapping, page) : -Errno.EBUSY;
  }
  if ((flags & PRIVATE_FLAGS) !== 0 && !(yield* release(mapping, page)))
    return mode === MigrateMode.sync ? -Errno.EAGAIN : -Errno.EBUSY;
  return yield* migratePage(mapping, target, page, mode);
}

function* release(mapping: AddressSpace, page: Page): Op<boolean> {
  return mapping.ops.releasePage === undefined ? false : yield* mapping.ops.releasePage(page);
}

/** @kernel mm/migrate.c writeout */
function* writeOut(mapping: AddressSpace, page: Page): Op<number> {
  const { writePage } = mapping.ops;
  if (writePage === undefined) return -Errno.EINVAL;
  if (((yield* page.clearFlags(PageFlag.dirty)) & PageFlag.dirty) === 0) return -Errno.EAGAIN;
  // Its users may go on while it is written.
  yield* removeMigrationEntries(page, page);
  const rc = yield* writePage(page);
  // It is unlocked by then, unless it was not written at all.
  if (rc !== AOP_WRITEPAGE_ACTIVATE) yield* page.lock();
  return rc < 0 ? -Errno.EIO : -Errno.EAGAIN;
}
