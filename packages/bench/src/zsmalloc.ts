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
import { MapMode, ZsmallocDriver, type ZsHandle, type ZsPool } from '@movable-pages/driver-zsmalloc';
import { runDirect } from '@movable-pages/machine';
import { bestOf, grouped, say } from './measure.js';
import { rawCopy } from './raw-copy.js';

const OBJECTS = 24_000;
const PAGE_SIZE = 4096;
/** Twice what the corpus takes, so that after the first round no page is touched for the first time. */
const FRAMES = 16_384;
const ROUNDS = 5;

/** An object of the corpus, and its size in bytes. */
interface Stored {
  readonly handle: ZsHandle;
  readonly size: number;
}

/**
 * Sizes as compressed pages have them: most between a few hundred and two thousand bytes, some that do not compress. Always
 * the same.
 */
function sizeOf(number: number): number {
  const dice = Math.imul(number + 1, 0x9e3779b1) >>> 8;
  if (dice % 16 === 0) return PAGE_SIZE;
  return 64 + (dice % 1200) + ((dice >>> 11) % 900);
}

/**
 * How tightly zsmalloc packs a fixed corpus, before and after its objects are moved together; and how fast its pages
 * migrate, handles rewritten and all, beside copying as many pages by the fastest means there is.
 */
export function zsmalloc(): void {
  const kernel = new Kernel({
    nodes: [FRAMES],
    pageSize: PAGE_SIZE,
    tracked: false,
    spareWords: 4 * OBJECTS,
  });
  const { pool } = buildDriver(kernel, definitionOf(ZsmallocDriver)!).driver as ZsmallocDriver;
  kernel.machine.seal();
  const run = <T>(body: () => Op<T>): T => runDirect(kernel.machine, body).value;
  let stored = run(() => fill(pool));
  say(
    `zsmalloc with ${grouped(OBJECTS)} objects of 64 to ${PAGE_SIZE} bytes (direct executor, best of ${ROUNDS})`,
  );
  sayDensity('stored', pool, stored);
  let pages = 0;
  const migration = bestOf(ROUNDS, () => {
    pages = run(() => migrateAll(kernel));
  });
  const copying = bestOf(ROUNDS, rawCopy(pages, PAGE_SIZE));
  say(`  migrated   ${grouped(pages / migration)} pages/s`);
  say(`  raw copy   ${grouped(pages / copying)} pages/s`);
  say(`  ratio      ${(copying / migration).toFixed(3)}`);
  stored = run(() => freeEveryThird(pool, stored));
  sayDensity('a third freed', pool, stored);
  run(() => pool.compact());
  sayDensity('moved together', pool, stored);
}

function sayDensity(when: string, pool: ZsPool, stored: readonly Stored[]): void {
  const bytes = stored.reduce((sum, { size }) => sum + size, 0);
  const pages = pool.totalPages;
  say(
    `  ${when.padEnd(15)}${grouped(bytes)} bytes in ${grouped(pages)} pages: ${(bytes / (pages * PAGE_SIZE)).toFixed(3)} of their room`,
  );
}

function* fill(pool: ZsPool): Op<Stored[]> {
  const stored: Stored[] = [];
  for (let number = 0; number < OBJECTS; number++) {
    const size = sizeOf(number);
    const handle = yield* pool.malloc(size);
    if (handle === null) throw new Error(`there was no memory for object ${number}`);
    const object = yield* pool.map(handle, MapMode.writeOnly);
    for (let at = 0; at < object.length; at += 16) object.write(at, number + at);
    yield* pool.unmap(handle, object);
    stored.push({ handle, size });
  }
  return stored;
}

function* freeEveryThird(pool: ZsPool, stored: readonly Stored[]): Op<Stored[]> {
  for (let at = 0; at < stored.length; at += 3) yield* pool.free(stored[at]!.handle);
  return stored.filter((_, at) => at % 3 !== 0);
}

function* migrateAll(kernel: Kernel): Op<number> {
  const list = kernel.lists.create('bench', 'vm');
  for (let pfn = 0; pfn < FRAMES; pfn++) {
    const page = kernel.page(pfn);
    if (page.refCount > 0 && (yield* isolateMovablePage(page, 0)) === 0) list.addTail(page);
  }
  const pages = list.length;
  const failed = yield* migratePages(list, {
    getNewPage: allocSameNode,
    freePage: null,
    mode: MigrateMode.sync,
    reason: MigrateReason.compaction,
  });
  if (failed !== 0) throw new Error(`${failed} pages were not migrated`);
  list.dispose();
  return pages;
}
