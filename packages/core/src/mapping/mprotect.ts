import { MayBlock, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { checkRange } from './check-range.js';
import type { Mm } from './mm.js';
import type { PageTable } from './page-table.js';
import { EntryType, entryType, PteBit, ptePresent, withEntryType } from './pte.js';
import { areasIn } from './split-area.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';

/**
 * Changes what a process may do with a range. May sleep.
 *
 * @param access Bits `VmFlag.read` and `VmFlag.write`; 0 allows nothing.
 * @kernel mm/mprotect.c do_mprotect_pkey
 * @returns 0, or `-ENOMEM`: part of the range is no area.
 * @throws MachineError `MP_PARAMETER`: numbers that are no range.
 * @since 0.1.0
 */
export function* mprotect(mm: Mm, start: number, pages: number, access: number): Op<number> {
  checkRange(mm, start, pages);
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'mprotect', MayBlock.yes);
  yield* mm.mmapLock.writeAcquire();
  const areas = yield* areasIn(mm, start, start + pages, false);
  for (const vma of areas ?? []) {
    yield* vma.setFlags((vma.flags & ~(VmFlag.read | VmFlag.write)) | access);
    yield* changeProtection(vma);
  }
  yield* mm.mmapLock.writeRelease();
  machine.leaveScope();
  return areas === null ? -Errno.ENOMEM : 0;
}

/** Makes the entries of an area follow its flags. Locks: `mmap_lock` for writing. @kernel mm/mprotect.c change_protection */
function* changeProtection(vma: Vma): Op<void> {
  const { mm } = vma;
  const { ptesPerTable } = mm.kernel.mms;
  for (let vpn = vma.start; vpn < vma.end;) {
    const stop = Math.min(vma.end, (Math.floor(vpn / ptesPerTable) + 1) * ptesPerTable);
    const table = yield* mm.table(vpn);
    if (table !== null) {
      yield* table.lock.acquire();
      for (let at = vpn; at < stop; at++) yield* changeEntry(vma, table, at);
      yield* table.lock.release();
    }
    vpn = stop;
  }
}

function* changeEntry(vma: Vma, table: PageTable, vpn: number): Op<void> {
  const seen = table.peek(vpn);
  if (ptePresent(seen)) {
    // Taken out and put back, so that what the processor sets meanwhile is not lost.
    const pte = yield* table.clear(vpn);
    const protNone = (vma.flags & (VmFlag.read | VmFlag.write)) === 0 ? PteBit.protNone : 0;
    // Private memory is made writable by the next write, which looks whether it must be copied.
    const write = vma.shared && (vma.flags & VmFlag.write) !== 0 ? PteBit.write : 0;
    yield* table.set(vpn, (pte & ~(PteBit.protNone | PteBit.write)) | protNone | write);
    return;
  }
  // Whatever the new protection, the write bit does not come back with the entry.
  if (entryType(seen) !== EntryType.migrationWrite) return;
  const keepsExclusive = vma.object === null && vma.mm.kernel.profile.tracksAnonExclusive;
  yield* table.set(
    vpn,
    withEntryType(seen, keepsExclusive ? EntryType.migrationReadExclusive : EntryType.migrationRead),
  );
}
