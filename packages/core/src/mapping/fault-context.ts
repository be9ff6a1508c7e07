import type { PageTable } from './page-table.js';
import type { Vma } from './vma.js';

/**
 * A page fault while it is handled. The area cannot change: `mmap_lock` is held for reading.
 *
 * @kernel include/linux/mm.h struct vm_fault
 */
export interface Fault {
  readonly vma: Vma;
  /** The page. */
  readonly vpn: number;
  readonly write: boolean;
  /** For a pin that only reads: nobody else may have the page, but it need not be writable. */
  readonly unshare: boolean;
  readonly table: PageTable;
  /** The entry that was seen without the lock. */
  readonly seen: number;
}
