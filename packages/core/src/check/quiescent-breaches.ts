import type { Kernel } from '../kernel.js';
import { LRU_NAMES, type LruList } from '../lru/lru-list.js';
import { Rss, type Mm } from '../mapping/mm.js';
import { cacheIndexOf, mappingWord } from '../mapping/page-mapping.js';
import { isMigrationEntry, isSwapEntry, mapsFrame } from '../mapping/pte.js';
import { peekMapCount } from '../mapping/rmap.js';
import { memoryBreaches } from '../memory/check-memory.js';
import { PageWord } from '../memory/frame-table.js';
import { MappingTag, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { VmCensus } from './vm-census.js';

/** References that somebody outside page tables, caches and drivers holds, by page frame number. */
export type ForeignReferences = ReadonlyMap<number, number>;

/**
 * What must hold when nobody is at work: memory is conserved ({@link memoryBreaches}); every reference has a holder that can be named, map counts are the entries that
 * there are, each page on an LRU list is on one and marked, nothing is locked, isolated or in migration, swap slots and
 * process sizes are what the page tables say.
 *
 * @param foreign References that tests or users still hold.
 * @returns What is broken, in words; empty if nothing is.
 * @since 0.1.0
 */
export function quiescentBreaches(kernel: Kernel, foreign: ForeignReferences = new Map()): string[] {
  const census = new VmCensus(kernel);
  const breaches: string[] = memoryBreaches(kernel);
  const listed = onLists(kernel, breaches);
  for (let pfn = 0; pfn < kernel.frames.count; pfn++)
    pageBreaches(kernel.page(pfn), census, listed, foreign, breaches);
  for (const mm of kernel.mms.all) rssBreaches(mm, breaches);
  swapBreaches(census, breaches);
  for (const counter of ['nr_isolated_anon', 'nr_isolated_file'] as const)
    if (kernel.vmstat.read(counter) !== 0) breaches.push(`${counter} is ${kernel.vmstat.read(counter)}`);
  return breaches;
}

/** Every page on an LRU list, with a complaint about those that are on two. */
function onLists(kernel: Kernel, breaches: string[]): Set<number> {
  const listed = new Set<number>();
  for (let node = 0; node < kernel.allocator.nodes; node++) {
    for (let list = 0; list < LRU_NAMES.length; list++) {
      for (const page of kernel.lru.list(node, list as LruList).peek()) {
        if (listed.has(page.pfn)) breaches.push(`${page} is on two LRU lists`);
        listed.add(page.pfn);
      }
    }
  }
  return listed;
}

function pageBreaches(
  page: Page,
  census: VmCensus,
  listed: Set<number>,
  foreign: ForeignReferences,
  breaches: string[],
): void {
  const { pfn } = page;
  const { machine, frames } = page.kernel;
  const mapped = census.mapped.get(pfn) ?? 0;
  const migrating = census.migrating.get(pfn) ?? 0;
  if (migrating > 0) breaches.push(`${migrating} migration entries name ${page}`);
  if (((page.peekFlags() & PageFlag.lru) !== 0) !== listed.has(pfn))
    breaches.push(`${page} is ${listed.has(pfn) ? '' : 'not '}on an LRU list and its flag says otherwise`);
  if ((page.peekFlags() & PageFlag.locked) !== 0) breaches.push(`${page} is locked`);
  const driver = (mappingWord(page) & MappingTag.mask) === MappingTag.movable;
  // The word says what kind of page it is then: of the buddy allocator, most often.
  const typed = peekMapCount(page) < 0;
  if (!driver && !(typed && mapped === 0) && peekMapCount(page) !== mapped)
    breaches.push(`${mapped} entries map ${page}, whose map count is ${peekMapCount(page)}`);
  const known =
    mapped +
    (census.cached.get(pfn) ?? 0) +
    (census.adding.get(pfn) ?? 0) +
    (foreign.get(pfn) ?? 0) +
    machine.ledger.heldBy(frames.location(pfn, PageWord.refCount), 'driver');
  if (page.refCount !== known)
    breaches.push(`${page} has ${page.refCount} references and ${known} of them are known`);
  cacheBreaches(page, breaches);
}

function cacheBreaches(page: Page, breaches: string[]): void {
  const { kernel } = page;
  for (const mapping of kernel.mms.allAddressSpaces) {
    for (let index = 0; index < mapping.slots; index++) {
      if (mapping.peekSlot(index) !== page) continue;
      if (cacheIndexOf(page) !== index)
        breaches.push(
          `${page} is at ${index} of ${mapping.name} and believes to be at ${cacheIndexOf(page)}`,
        );
    }
  }
}

function rssBreaches(mm: Mm, breaches: string[]): void {
  const found = [0, 0, 0];
  for (const vma of mm.vmas) {
    for (let vpn = vma.start; vpn < vma.end; vpn++) {
      const pte = mm.peekPte(vpn);
      const kind = isSwapEntry(pte) ? Rss.swap : vma.object === null ? Rss.anon : Rss.shmem;
      if (mapsFrame(pte) || isSwapEntry(pte) || isMigrationEntry(pte)) found[kind]!++;
    }
  }
  for (const kind of [Rss.anon, Rss.shmem, Rss.swap])
    if (mm.rss(kind) !== found[kind])
      breaches.push(`${mm.name} has ${found[kind]} pages of kind ${kind} and counts ${mm.rss(kind)}`);
}

function swapBreaches({ kernel, swapped }: VmCensus, breaches: string[]): void {
  const { swap } = kernel;
  if (swap === null) return;
  for (let slot = 0; slot < swap.slots; slot++) {
    const { entries, cached } = swap.peek(slot);
    const named = swapped.get(slot) ?? 0;
    if (entries !== named)
      breaches.push(`${named} entries name swap slot ${slot}, whose count is ${entries}`);
    if (cached !== (swap.cache.peekSlot(slot) !== null))
      breaches.push(`swap slot ${slot} is ${cached ? '' : 'not '}marked as cached and is otherwise`);
  }
}
