import type { Kernel } from '../kernel.js';
import { peekMapCount } from '../mapping/rmap.js';
import { PageFlag } from '../memory/page-flags.js';
import { VmCensus } from './vm-census.js';

/**
 * What must hold after every step, whoever is in the middle of what: a migration entry names a page that is locked and off
 * the LRU; while nobody holds a page-table lock, map counts are the entries that there are, and each entry has a reference.
 *
 * @returns What is broken, in words; empty if nothing is.
 * @since 0.1.0
 */
export function runningBreaches(kernel: Kernel): string[] {
  const breaches: string[] = [];
  const census = new VmCensus(kernel);
  for (const [pfn, entries] of census.migrating) {
    const flags = kernel.page(pfn).peekFlags();
    if ((flags & PageFlag.locked) === 0)
      breaches.push(`${entries} migration entries name page ${pfn}, which is not locked`);
    if ((flags & PageFlag.lru) !== 0)
      breaches.push(`${entries} migration entries name page ${pfn}, which is on an LRU list`);
  }
  if (tablesBusy(kernel)) return breaches;
  for (const [pfn, entries] of census.mapped) {
    const page = kernel.page(pfn);
    if (peekMapCount(page) !== entries)
      breaches.push(`${entries} entries map page ${pfn}, whose map count is ${peekMapCount(page)}`);
    if (page.refCount !== 0 && page.refCount < entries)
      breaches.push(`${entries} entries map page ${pfn}, which has ${page.refCount} references`);
  }
  return breaches;
}

function tablesBusy(kernel: Kernel): boolean {
  for (const mm of kernel.mms.all)
    for (const table of mm.peekTables())
      if (kernel.machine.words[table.lock.lock.location] !== 0) return true;
  return false;
}
