import type { Op } from '@movable-pages/machine';
import { mlockPage } from '../mapping/mlock-page.js';
import { pageAnon } from '../mapping/page-mapping.js';
import type { PageTable } from '../mapping/page-table.js';
import {
  entryDirty,
  EntryType,
  entryType,
  entryYoung,
  isMigrationEntry,
  presentPte,
  PteBit,
  pteNumber,
} from '../mapping/pte.js';
import { addToMapCount, pageAddAnonRmap } from '../mapping/rmap.js';
import { rmapWalk } from '../mapping/rmap-walk.js';
import { VmFlag } from '../mapping/vm-flag.js';
import type { Vma } from '../mapping/vma.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { traceEntry } from './trace-entry.js';

/**
 * Step 16: replaces the migration entries that name `old` by entries that map `target`. With `target` being `old` itself it
 * undoes step 4. Entries that went away meanwhile stay away. May sleep on the locks of the reverse map.
 *
 * Locks: both page locks.
 *
 * @kernel mm/migrate.c remove_migration_ptes
 */
export function* removeMigrationEntries(old: Page, target: Page): Op<void> {
  let locked = false;
  yield* rmapWalk(target, function* (vma, vpn): Op<boolean> {
    const table = yield* vma.mm.table(vpn);
    if (table === null) return true;
    yield* table.lock.acquire();
    const seen = table.peek(vpn);
    if (isMigrationEntry(seen) && pteNumber(seen) === old.pfn)
      locked = (yield* restoreEntry(target, vma, table, vpn)) || locked;
    yield* table.lock.release();
    return true;
  });
  // Where the target is on the LRU already, it went back by way of this processor's cache.
  if (locked && target.kernel.profile.newPageToLru === 'before-entries') yield* target.kernel.lru.drain();
}

/** Restores one entry; gives whether its area is locked in memory. Locks: that of the page table. */
function* restoreEntry(target: Page, vma: Vma, table: PageTable, vpn: number): Op<boolean> {
  const entry = table.peek(vpn);
  const type = entryType(entry);
  yield* target.get();
  // The area as it is now: what it allowed when the entry was made does not count.
  const flags = yield* vma.readFlags();
  let bits = 0;
  if (type === EntryType.migrationWrite && (flags & VmFlag.write) !== 0) bits |= PteBit.write;
  if ((flags & (VmFlag.read | VmFlag.write)) === 0) bits |= PteBit.protNone;
  if (entryYoung(entry)) bits |= PteBit.young;
  if (entryDirty(entry) && (target.peekFlags() & PageFlag.dirty) !== 0) bits |= PteBit.dirty;
  if (pageAnon(target)) yield* pageAddAnonRmap(target, type !== EntryType.migrationRead);
  else yield* addToMapCount(target, 1);
  const pte = presentPte(target.pfn, bits);
  yield* table.set(vpn, pte);
  traceEntry('remove_migration_pte', target, vpn, pte);
  const locked = (flags & VmFlag.locked) !== 0;
  if (locked) yield* mlockPage(target);
  return locked;
}
