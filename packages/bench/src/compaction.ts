import {
  buildDriver,
  compactMemory,
  extFragPercent,
  fragmentationIndex,
  freeBlockCounts,
  Kernel,
  type Op,
  type Page,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { bulkDriver } from './bulk-driver.js';
import { grouped, processorTime, say } from './measure.js';
import { rawCopy } from './raw-copy.js';

const PAGE_SIZE = 4096;
/** 4 GiB. */
const PAGES = 1 << 20;
/** 16 GiB. */
const MANY_PAGES = 4 << 20;
const HUGE = 9;
const COPIED = 65_536;

/**
 * Compacts 4 GiB of which every second page is in use, under the direct executor, beside copying pages by the fastest
 * means there is, in one run, both in processor time. Says what memory costs: bytes of metadata a page, and the most that the process had.
 */
export function compaction(): void {
  const start = performance.now();
  const large = new Kernel({ nodes: [MANY_PAGES], pageSize: PAGE_SIZE, tracked: false, buddy: {} });
  const making = performance.now() - start;
  const metadata = (large.machine.words.length * 4) / MANY_PAGES;
  say(`a machine of 16 GiB`);
  say(`  made in    ${making.toFixed(0)} ms`);
  say(`  metadata   ${metadata.toFixed(2)} bytes a page`);

  const kernel = new Kernel({
    nodes: [PAGES],
    pageSize: PAGE_SIZE,
    tracked: false,
    buddy: { minFreeKbytes: 0 },
  });
  const built = buildDriver(kernel, bulkDriver);
  kernel.machine.seal();
  const [zone] = kernel.memory.zones;
  runDirect(kernel.machine, function* (): Op<void> {
    const free: Page[] = [];
    for (;;) {
      const page = (yield* built.workload.allocate()) as Page | null;
      if (page === null) break;
      // The host's memory is to be there before the clock runs.
      page.writeWord(0, page.pfn);
      if (page.pfn % 2 === 0) free.push(page);
    }
    for (const page of free) yield* built.workload.free(page);
  });
  const indexBefore = fragmentationIndex(freeBlockCounts(zone!), HUGE);
  const seconds = processorTime(() => runDirect(kernel.machine, () => compactMemory(kernel)));
  const moved = kernel.vmstat.read('pgmigrate_success');
  const scanned = kernel.vmstat.read('compact_migrate_scanned') + kernel.vmstat.read('compact_free_scanned');
  const copy = rawCopy(COPIED, PAGE_SIZE);
  copy();
  const copying = Math.min(...Array.from({ length: 5 }, () => processorTime(copy))) / COPIED;
  const huge = zone!.buddy!.areas.countAll(HUGE) + 2 * zone!.buddy!.areas.countAll(HUGE + 1);
  say(`compaction of 4 GiB, every second page in use (direct executor, once, processor time)`);
  say(`  took       ${seconds.toFixed(2)} s`);
  say(`  moved      ${grouped(moved)} pages, ${grouped(moved / seconds)} pages/s`);
  say(`  scanned    ${grouped(scanned)} pages`);
  say(`  raw copy   ${grouped(1 / copying)} pages/s`);
  say(`  ratio      ${((moved * copying) / seconds).toFixed(3)}`);
  say(`  index      ${indexBefore} before, ${fragmentationIndex(freeBlockCounts(zone!), HUGE)} after`);
  say(`  scattered  100% before, ${extFragPercent(freeBlockCounts(zone!), HUGE)}% after`);
  say(`  huge       ${grouped(huge)} free blocks of 2 MiB`);
  say(`  memory     ${grouped(process.resourceUsage().maxRSS / 1024)} MiB at most`);
}
