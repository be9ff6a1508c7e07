import { buildDriver, Kernel, type Op, type Page } from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { bulkDriver } from './bulk-driver.js';
import { migrateAll } from './migrate-all.js';
import { rawCopy } from './raw-copy.js';
import { bestOf, grouped, say } from './measure.js';

const PAGES = 16_384;
const PAGE_SIZE = 4096;
const ROUNDS = 5;

/**
 * Migrates driver pages in bulk under the direct executor, beside copying the same pages by the fastest means there is,
 * in one run: the figure is the ratio.
 */
export function bulkMigration(): void {
  const kernel = new Kernel({ nodes: [PAGES * 3], pageSize: PAGE_SIZE, tracked: false });
  const built = buildDriver(kernel, bulkDriver);
  kernel.machine.seal();
  let pages = runDirect(kernel.machine, function* (): Op<Page[]> {
    const made: Page[] = [];
    for (let i = 0; i < PAGES; i++) {
      const page = (yield* built.workload.allocate()) as Page;
      for (let at = 0; at < PAGE_SIZE / 4; at += 64) page.writeWord(at, i + at);
      made.push(page);
    }
    return made;
  }).value;
  const migration = bestOf(ROUNDS, () => {
    pages = runDirect(kernel.machine, () => migrateAll(kernel, pages)).value;
  });
  const copying = bestOf(ROUNDS, rawCopy(PAGES, PAGE_SIZE));
  say(
    `bulk migration of ${grouped(PAGES)} driver pages of ${PAGE_SIZE} bytes (direct executor, best of ${ROUNDS})`,
  );
  say(`  migrated   ${grouped(PAGES / migration)} pages/s`);
  say(`  raw copy   ${grouped(PAGES / copying)} pages/s`);
  say(`  ratio      ${(copying / migration).toFixed(3)}`);
}
