import type { Kernel } from '../kernel.js';
import { isMigrationEntry, isSwapEntry, mapsFrame, pteNumber } from '../mapping/pte.js';

/**
 * Who names what, counted from page tables, page caches and add caches: what the words of the pages must agree with. Looks
 * at everything; for small machines.
 *
 * @since 0.1.0
 */
export class VmCensus {
  /** By page frame number: entries that map it. */
  readonly mapped = new Map<number, number>();
  /** By page frame number: migration entries that name it. */
  readonly migrating = new Map<number, number>();
  /** By page frame number: page caches that have it. */
  readonly cached = new Map<number, number>();
  /** By page frame number: places in add caches. */
  readonly adding = new Map<number, number>();
  /** By swap slot: entries that name it. */
  readonly swapped = new Map<number, number>();

  constructor(readonly kernel: Kernel) {
    for (const mm of kernel.mms.all)
      for (const table of mm.peekTables())
        for (let vpn = table.first; vpn < table.first + table.size; vpn++) this.countEntry(table.peek(vpn));
    for (const mapping of kernel.mms.allAddressSpaces) {
      for (let index = 0; index < mapping.slots; index++) {
        const page = mapping.peekSlot(index);
        if (page !== null) bump(this.cached, page.pfn);
      }
    }
    for (const page of kernel.lru.peekCached()) bump(this.adding, page.pfn);
  }

  private countEntry(pte: number): void {
    if (mapsFrame(pte)) bump(this.mapped, pteNumber(pte));
    else if (isMigrationEntry(pte)) bump(this.migrating, pteNumber(pte));
    else if (isSwapEntry(pte)) bump(this.swapped, pteNumber(pte));
  }
}

function bump(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
