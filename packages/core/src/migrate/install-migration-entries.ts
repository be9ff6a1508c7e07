import { MachineError, type Op } from '@movable-pages/machine';
import { pagePinned } from '../mapping/get-user-page.js';
import { pageAnon } from '../mapping/page-mapping.js';
import type { PageTable } from '../mapping/page-table.js';
import { EntryType, mapsFrame, nonPresentPte, PteBit, pteNumber } from '../mapping/pte.js';
import { anonExclusive, pageRemoveRmap } from '../mapping/rmap.js';
import { rmapWalk } from '../mapping/rmap-walk.js';
import { VmFlag } from '../mapping/vm-flag.js';
import { ANON_EXCLUSIVE, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { traceEntry } from './trace-entry.js';

/**
 * Step 4: replaces every page-table entry that maps the old page by a migration entry, so that whoever wants the page waits
 * for its lock. Each entry takes a mapping and a reference along. Stops early once nothing maps the page. Some entries may
 * stay: then the page is still mapped, and the caller gives up. May sleep on the locks of the reverse map.
 *
 * Locks: the old page's; the page is isolated.
 *
 * @kernel mm/rmap.c try_to_migrate, try_to_unmap with TTU_MIGRATION
 * @throws MachineError `MP_MIGRATION_ENTRY`: the page is not locked by the caller, or not isolated.
 */
export function* installMigrationEntries(page: Page): Op<void> {
  assertMayHaveEntries(page);
  yield* rmapWalk(page, function* (vma, vpn): Op<boolean> {
    // The stack of an exec in progress is moved without the locks that this relies on.
    if ((vma.flags & VmFlag.tempStack) !== 0 && pageAnon(page)) return true;
    const table = yield* vma.mm.table(vpn);
    if (table === null) return true;
    yield* table.lock.acquire();
    const seen = table.peek(vpn);
    let goOn = true;
    if (mapsFrame(seen) && pteNumber(seen) === page.pfn) goOn = yield* replaceEntry(page, table, vpn);
    yield* table.lock.release();
    return goOn;
  });
}

/** Replaces one entry; gives whether there may be more. Locks: that of the page table. */
function* replaceEntry(page: Page, table: PageTable, vpn: number): Op<boolean> {
  const { profile } = page.kernel;
  const pte = yield* table.clear(vpn);
  const exclusive = anonExclusive(page);
  if (exclusive) {
    if (yield* pagePinned(page)) {
      // Its pin will not go away soon: leave it as it was.
      yield* table.set(vpn, pte);
      return false;
    }
    yield* page.clearFlags(ANON_EXCLUSIVE);
  }
  const dirty = (pte & PteBit.dirty) !== 0;
  if (dirty) yield* page.setFlags(PageFlag.dirty);
  const readable = exclusive ? EntryType.migrationReadExclusive : EntryType.migrationRead;
  const type = (pte & PteBit.write) === 0 ? readable : EntryType.migrationWrite;
  const keeps = profile.entriesKeepAccessBits;
  const young = (pte & PteBit.young) !== 0;
  const entry = nonPresentPte(type, page.pfn, keeps && young, keeps && dirty);
  yield* table.set(vpn, entry);
  traceEntry('set_migration_pte', page, vpn, entry);
  const last = yield* pageRemoveRmap(page);
  yield* page.put();
  return !last;
}

/** A migration entry names only a page that its migrator has locked and isolated. */
function assertMayHaveEntries(page: Page): void {
  const { machine } = page.kernel;
  if (!machine.tracked) return;
  const bad = [];
  if (!page.lockedByMe()) bad.push('not locked by the migrator');
  if ((page.peekFlags() & PageFlag.lru) !== 0) bad.push('still on an LRU list');
  if (bad.length === 0) return;
  machine.misuse(
    new MachineError(
      'MP_MIGRATION_ENTRY',
      `migration entries for ${page}, which is ${bad.join(' and ')}; isolate and lock it before`,
      {
        subject: 'migration entry',
        here: machine.site(),
        expected: `${page} isolated and locked`,
        received: bad.join(', '),
      },
    ),
  );
}
