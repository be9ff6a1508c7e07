import {
  countIsolated,
  Gfp,
  isolateLruPage,
  Kernel,
  LruList,
  MigrateMode,
  MigrateReason,
  migratePages,
  mmap,
  userRead,
  userWrite,
  type Mm,
  type Op,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { bestOf, grouped, say } from './measure.js';
import { rawCopy } from './raw-copy.js';

const PAGE_SIZE = 4096;
/** 1 GiB. */
const PAGES = 262_144;
const ROUNDS = 3;
const COPIED = 65_536;
/** Page tables take a word a page, and some for their locks. */
const SPARE_WORDS = PAGES + PAGES / 128 + 65_536;

/**
 * Migrates 1 GiB of anonymous memory of a process from node to node under the direct executor, from isolation to the last
 * page-table entry, beside copying pages by the fastest means there is, in one run: the figure is the ratio.
 */
export function anonymousMigration(): void {
  const kernel = new Kernel({
    nodes: [PAGES + 1, PAGES + 1],
    pageSize: PAGE_SIZE,
    tracked: false,
    spareWords: SPARE_WORDS,
  });
  kernel.machine.seal();
  const filling = performance.now();
  const { mm, start } = runDirect(kernel.machine, () => fill(kernel)).value;
  const filled = (performance.now() - filling) / 1000;
  let node = 0;
  const migration = bestOf(ROUNDS, () => {
    runDirect(kernel.machine, () => migrateAll(kernel, node, 1 - node));
    node = 1 - node;
  });
  runDirect(kernel.machine, () => check(mm, start));
  const copying = bestOf(5, rawCopy(COPIED, PAGE_SIZE)) / COPIED;
  say(
    `migration of ${grouped(PAGES)} anonymous pages of ${PAGE_SIZE} bytes (direct executor, best of ${ROUNDS})`,
  );
  say(`  faulted in ${grouped(PAGES / filled)} pages/s`);
  say(`  migrated   ${grouped(PAGES / migration)} pages/s`);
  say(`  raw copy   ${grouped(1 / copying)} pages/s`);
  say(`  ratio      ${((PAGES * copying) / migration).toFixed(3)}`);
}

function* fill(kernel: Kernel): Op<{ mm: Mm; start: number }> {
  const mm = kernel.mms.createMm('bench');
  const start = yield* mmap(mm, { pages: PAGES });
  for (let i = 0; i < PAGES; i++) yield* userWrite(mm, start + i, i & 1023, i);
  yield* kernel.lru.drainAll();
  return { mm, start };
}

function* migrateAll(kernel: Kernel, from: number, to: number): Op<void> {
  const list = kernel.lists.create('bench', 'vm');
  for (const page of kernel.lru.list(from, LruList.inactiveAnon).peek()) {
    yield* page.get();
    if ((yield* isolateLruPage(page)) === 0) {
      countIsolated(page, 1);
      list.addTail(page);
    }
    yield* page.put();
  }
  const options = { node: to, thisNode: true, gfp: Gfp.highUserMovable };
  const failed = yield* migratePages(list, {
    getNewPage: () => kernel.allocator.allocPage(options),
    freePage: null,
    mode: MigrateMode.sync,
    reason: MigrateReason.syscallOrCpuset,
  });
  if (failed !== 0) throw new Error(`${failed} pages were not migrated`);
  list.dispose();
  yield* kernel.lru.drainAll();
}

/** Every page holds what was written. */
function* check(mm: Mm, start: number): Op<void> {
  for (let i = 0; i < PAGES; i++)
    if ((yield* userRead(mm, start + i, i & 1023)) !== i) throw new Error(`page ${i} lost its contents`);
}
