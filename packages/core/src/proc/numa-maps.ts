import type { Mm } from '../mapping/mm.js';
import { pageAnon } from '../mapping/page-mapping.js';
import { mapsFrame, PteBit, pteNumber } from '../mapping/pte.js';
import type { Vma } from '../mapping/vma.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';

/** Counts of the pages that an area maps. */
interface Counts {
  pages: number;
  anon: number;
  dirty: number;
  active: number;
  swapCache: number;
  writeback: number;
  mapMax: number;
  readonly nodes: Map<number, number>;
}

/** A line of `numa_maps` and the first page of the area that it tells of. @since 0.1.0 */
export interface NumaMapsLine {
  readonly start: number;
  /** What follows the address. */
  readonly text: string;
}

/**
 * The lines of `/proc/PID/numa_maps`, as it is: an area each, its policy and where its pages are. Looks at a machine that
 * rests.
 *
 * @kernel fs/proc/task_mmu.c show_numa_map
 * @since 0.1.0
 */
export function numaMaps(mm: Mm): NumaMapsLine[] {
  return mm.vmas.map((vma) => ({ start: vma.start, text: ['default', ...details(vma)].join(' ') }));
}

function details(vma: Vma): string[] {
  const { pages, anon, dirty, active, swapCache, writeback, mapMax, nodes } = count(vma);
  if (pages === 0) return [];
  const { pageWords } = vma.mm.kernel.contents;
  const some = (name: string, value: number, shown: boolean) => (shown ? [`${name}=${value}`] : []);
  return [
    ...some('anon', anon, anon > 0),
    ...some('dirty', dirty, dirty > 0),
    ...some('mapped', pages, pages !== anon && pages !== dirty),
    ...some('mapmax', mapMax, mapMax > 1),
    ...some('swapcache', swapCache, swapCache > 0),
    ...some('active', active, active < pages),
    ...some('writeback', writeback, writeback > 0),
    ...[...nodes].sort(([a], [b]) => a - b).map(([node, of]) => `N${node}=${of}`),
    `kernelpagesize_kB=${(pageWords * 4) / 1024}`,
  ];
}

/** @kernel fs/proc/task_mmu.c gather_stats */
function count(vma: Vma): Counts {
  const { mm } = vma;
  const { kernel } = mm;
  const counts: Counts = {
    pages: 0,
    anon: 0,
    dirty: 0,
    active: 0,
    swapCache: 0,
    writeback: 0,
    mapMax: 0,
    nodes: new Map(),
  };
  for (let vpn = vma.start; vpn < vma.end; vpn++) {
    const pte = mm.peekPte(vpn);
    if (!mapsFrame(pte)) continue;
    const page = kernel.page(pteNumber(pte));
    const flags = page.peekFlags();
    counts.pages++;
    if (pageAnon(page)) counts.anon++;
    if ((pte & PteBit.dirty) !== 0 || (flags & PageFlag.dirty) !== 0) counts.dirty++;
    if ((flags & (PageFlag.active | PageFlag.unevictable)) !== 0) counts.active++;
    if ((flags & PageFlag.swapCache) !== 0) counts.swapCache++;
    if ((flags & PageFlag.writeback) !== 0) counts.writeback++;
    counts.mapMax = Math.max(counts.mapMax, kernel.frames.peek(page.pfn, PageWord.mapCount) + 1);
    counts.nodes.set(page.node, (counts.nodes.get(page.node) ?? 0) + 1);
  }
  return counts;
}
