import type { Op } from '@movable-pages/machine';
import { swapInFault } from '../swap/swap-in-fault.js';
import type { Fault } from './fault-context.js';
import { isMigrationEntry } from './pte.js';
import { waitOnMigrationEntry } from './wait-on-migration-entry.js';

/**
 * An access to a page whose entry is not present: waits for a migration, or brings the page back from swap.
 *
 * @kernel mm/memory.c do_swap_page
 * @returns 0 or `-ENOMEM`.
 */
export function* notPresentFault(fault: Fault): Op<number> {
  if (!isMigrationEntry(fault.seen)) return yield* swapInFault(fault);
  yield* waitOnMigrationEntry(fault.table, fault.vpn, fault.vma.mm.kernel);
  return 0;
}
