import {
  allocSameNode,
  buildDriver,
  definitionOf,
  isolateMovablePage,
  Kernel,
  MigrateMode,
  MigrateReason,
  migratePages,
  type Op,
} from '@movable-pages/core';
import { BalloonDriver } from '@movable-pages/driver-balloon';
import { runDirect } from '@movable-pages/machine';
import { bestOf, grouped, say } from './measure.js';
import { rawCopy } from './raw-copy.js';

const PAGES = 16_384;
const PAGE_SIZE = 4096;
const ROUNDS = 5;

/**
 * Inflates a balloon, migrates all of it and deflates it under the direct executor, beside copying as many pages by the
 * fastest means there is, in one run: the figures are the ratios. A balloon copies nothing; each move costs two questions
 * to the host and their answers.
 */
export function balloon(): void {
  const kernel = new Kernel({ nodes: [PAGES * 3], pageSize: PAGE_SIZE, tracked: false });
  const driver = buildDriver(kernel, definitionOf(BalloonDriver)!).driver as BalloonDriver;
  kernel.machine.seal();
  const run = (body: () => Op<void>) => () => runDirect(kernel.machine, body);
  const changing = bestOf(
    ROUNDS,
    run(function* () {
      yield* inflateTo(driver, PAGES);
      yield* inflateTo(driver, 0);
    }),
  );
  runDirect(kernel.machine, () => inflateTo(driver, PAGES));
  const migration = bestOf(
    ROUNDS,
    run(() => migrateAll(kernel, driver)),
  );
  const copying = bestOf(ROUNDS, rawCopy(PAGES, PAGE_SIZE));
  say(`a balloon of ${grouped(PAGES)} pages of ${PAGE_SIZE} bytes (direct executor, best of ${ROUNDS})`);
  say(`  migrated   ${grouped(PAGES / migration)} pages/s`);
  say(
    `  inflated and deflated   ${grouped(PAGES / changing)} pages/s, ${driver.options.arrayPfnsMax} at a time`,
  );
  say(`  raw copy   ${grouped(PAGES / copying)} pages/s`);
  say(
    `  ratio      ${(copying / migration).toFixed(3)} migrated, ${(copying / changing).toFixed(3)} inflated and deflated`,
  );
}

function* inflateTo(driver: BalloonDriver, pages: number): Op<void> {
  while (driver.numPages < pages) yield* driver.inflate(pages - driver.numPages);
  while (driver.numPages > pages) yield* driver.deflate(driver.numPages - pages);
}

function* migrateAll(kernel: Kernel, driver: BalloonDriver): Op<void> {
  const list = kernel.lists.create('bench', 'vm');
  for (const page of driver.pages.list.peek())
    if ((yield* isolateMovablePage(page, 0)) === 0) list.addTail(page);
  if (list.length !== PAGES) throw new Error(`only ${list.length} pages were isolated`);
  const failed = yield* migratePages(list, {
    getNewPage: allocSameNode,
    freePage: null,
    mode: MigrateMode.sync,
    reason: MigrateReason.compaction,
  });
  if (failed !== 0) throw new Error(`${failed} pages were not migrated`);
  list.dispose();
}
