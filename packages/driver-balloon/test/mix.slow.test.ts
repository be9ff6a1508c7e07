import {
  buildDriver,
  compactNode,
  definitionOf,
  Gfp,
  isolateMovablePage,
  Kernel,
  linux61,
  memoryBreaches,
  MigrateMode,
  MigrateReason,
  migratePages,
  putbackMovablePages,
  type Op,
  type Page,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { expect, it } from 'vitest';
import { BalloonDriver } from '../src/index.ts';

const OPERATIONS = 1_000_000;
/** Pages of each of the two nodes, the lower zone of which is half of it. */
const NODE = 512;

/** Inflates, deflates, migrates between zones and compacts, as chance will have it; the totals are right after each step. */
it('adds up after a million operations', () => {
  const zones = { DMA32: NODE / 2, Normal: NODE / 2 };
  const kernel = new Kernel({
    profile: linux61,
    nodes: [{ zones }, { zones }],
    pageSize: 64,
    tracked: false,
    buddy: { pageBlockOrder: 4, maxOrder: 5, minFreeKbytes: 0 },
  });
  const { machine, memory, vmstat } = kernel;
  const balloon = buildDriver(kernel, definitionOf(BalloonDriver)!, { arrayPfnsMax: 3 })
    .driver as BalloonDriver;
  machine.seal();
  const done = { inflated: 0, deflated: 0, migrated: 0, compacted: 0 };

  /** Moves a few pages of a stretch to the other node, or has them put back. */
  function* migrate(): Op<void> {
    const list = kernel.lists.create('isolated', 'vm');
    const start = machine.random(2 * NODE - 4);
    for (let pfn = start; pfn < start + 4; pfn++) {
      const page = kernel.page(pfn);
      if ((yield* isolateMovablePage(page, 0)) === 0) list.add(page);
    }
    if (list.length > 0 && machine.random(4) > 0) {
      const getNewPage = (page: Page) =>
        kernel.allocator.allocPage({ gfp: Gfp.userMovable, node: 1 - page.node, thisNode: true });
      const mode = machine.random(32) > 0 ? MigrateMode.sync : MigrateMode.async;
      yield* migratePages(list, { getNewPage, freePage: null, mode, reason: MigrateReason.compaction });
    }
    yield* putbackMovablePages(list);
    list.dispose();
    done.migrated++;
  }

  const check = (): void => {
    const lent = memory.zones.map(() => 0);
    for (const page of balloon.pages.list.peek()) lent[memory.zones.indexOf(memory.zoneOf(page.pfn))]!++;
    const managed = memory.zones.map((zone, at) => zone.managedPages + lent[at]!);
    expect(managed).toEqual(memory.zones.map((zone) => zone.pages));
    expect(balloon.host.inflated.size).toBe(balloon.numPages);
    expect(balloon.pages.list.length).toBe(balloon.numPages);
    expect(memoryBreaches(kernel)).toEqual([]);
  };

  runDirect(machine, function* () {
    for (let operation = 0; operation < OPERATIONS; operation++) {
      const kind = machine.random(1000);
      if (kind < 480) done.inflated += yield* balloon.inflate(1 + machine.random(4));
      else if (kind < 940) done.deflated += yield* balloon.deflate(1 + machine.random(4));
      else if (kind < 999) yield* migrate();
      else {
        yield* compactNode(kernel, machine.random(2));
        done.compacted++;
      }
      if (memory.totalPages + balloon.numPages !== 2 * NODE)
        throw new Error(`after ${operation}: ${memory.totalPages} and ${balloon.numPages} pages`);
      if (operation % 10_000 === 0) check();
    }
    check();
    const { numPages } = balloon;
    expect(done.inflated - done.deflated).toBe(numPages);
    expect(vmstat.read('balloon_migrate')).toBe(vmstat.read('pgmigrate_success'));
    yield* balloon.unload();
  });
  check();
  expect(memory.totalPages).toBe(2 * NODE);
  expect(vmstat.read('balloon_inflate')).toBe(done.inflated);
  expect(vmstat.read('balloon_deflate')).toBe(done.inflated);
  expect(vmstat.read('balloon_migrate')).toBeGreaterThan(50_000);
  expect(done.compacted).toBeGreaterThan(500);
});
