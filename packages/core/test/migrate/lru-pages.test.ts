import { describe, expect, it } from 'vitest';
import {
  allocSameNode,
  Errno,
  getUserPage,
  linux510,
  linux61,
  LruList,
  MigrateMode,
  MigrateReason,
  migratePages,
  munmap,
  PageFlag,
  putbackMovablePages,
  quiescentBreaches,
  TraceLog,
  userRead,
  userWrite,
  type Op,
  type Page,
} from '../../src/index.ts';
import { isMigrationEntry } from '../../src/mapping/pte.ts';
import { runVm, SpyRequest, stateOf } from '../support.ts';
import { isolateFor, migrateThese, pageAt, processWith, vmKernel } from '../vm-support.ts';

const PROFILES = [linux510, linux61];
const { ENOMEM } = Errno;

describe.each(PROFILES)('pages A, B, C of a process ($name)', (profile) => {
  /** Migrates three pages; `trouble` comes before. Says what is left by name. */
  function migrateThree(
    trouble: (pages: Page[]) => Op<void>,
    request = new SpyRequest(MigrateMode.syncLight),
  ) {
    const kernel = vmKernel({ profile });
    return runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 3);
      const pages = [0, 1, 2].map((i) => pageAt(mm, start + i));
      const list = kernel.lists.create('isolated', 'vm');
      for (const page of pages) yield* isolateFor(list, page);
      yield* trouble(pages);
      const rc = yield* migratePages(list, request);
      const left = list.peek().map((page) => 'ABC'[pages.indexOf(page)]);
      const events = [kernel.vmstat.read('pgmigrate_success'), kernel.vmstat.read('pgmigrate_fail')];
      const isolated = kernel.vmstat.read('nr_isolated_anon');
      return { rc, left, events, isolated, targets: request.allocated.length, kernel };
    });
  }

  it('A moves, B is held by somebody, C is under writeback', () => {
    const result = migrateThree(function* ([, b, c]) {
      yield* b!.get();
      yield* c!.setFlags(PageFlag.writeback);
    });
    // A permanent failure is back at once, or waits in front for the caller.
    const left = profile === linux510 ? ['B'] : ['C', 'B'];
    expect(result).toMatchObject({ rc: 2, left, events: [1, 2], isolated: left.length, targets: 12 });
  });

  it('A is freed meanwhile, B and C are demoted: whoever demotes may lower the count of isolated pages', () => {
    const request = new SpyRequest(MigrateMode.sync, MigrateReason.demotion);
    const result = migrateThree(function* ([a]) {
      yield* munmap(a!.kernel.mms.all[0]!, a!.kernel.mms.all[0]!.vmas[0]!.start, 1);
    }, request);
    expect(result).toMatchObject({ rc: 0, events: [3, 0], targets: 2 });
    expect(result.isolated).toBe(profile === linux510 ? 0 : 2);
  });

  it('there is no target for the first', () => {
    const request = new SpyRequest(MigrateMode.sync, 0, function* () {
      return null;
    });
    const result = migrateThree(function* () {}, request);
    expect(result).toMatchObject({ rc: -ENOMEM, left: ['A', 'B', 'C'], events: [0, 1], isolated: 3 });
  });

  it('A asks for a retry, then there is no target for B', () => {
    let asked = 0;
    const request = new SpyRequest(MigrateMode.sync, 0, function* (page) {
      return ++asked > 1 ? null : yield* allocSameNode(page);
    });
    const result = migrateThree(([a]) => a!.get(), request);
    const failed = profile === linux510 ? 1 : 2;
    expect(result).toMatchObject({ rc: -ENOMEM, left: ['A', 'B', 'C'], events: [0, failed] });
    expect(request.givenBack).toEqual(request.allocated);
  });

  it('all move: old pages are free, targets are in their place', () => {
    const result = migrateThree(function* () {});
    expect(result).toMatchObject({ rc: 0, left: [], events: [3, 0], isolated: 0, targets: 3 });
    runVm(result.kernel, () => result.kernel.lru.drainAll());
  });

  it('a page that was freed while isolated is moved by nobody, without a target', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.setFlags(PageFlag.active);
      const table = mm.peekTable(start)!;
      yield* table.lock.acquire();
      yield* table.clear(start);
      yield* table.lock.release();
      mm.addRss(0, -1);
      page.kernel.frames.poke(page.pfn, 2, -1);
      yield* page.put();
      const request = new SpyRequest();
      expect(yield* migratePages(list, request)).toBe(0);
      expect(request.allocated).toEqual([]);
      expect(stateOf(page).refCount).toBe(0);
      expect(quiescentBreaches(kernel)).toEqual([]);
    });
  });
});

describe.each(PROFILES)('what is carried over ($name)', (profile) => {
  it.each([
    { flags: PageFlag.referenced, stays: true },
    { flags: PageFlag.workingset, stays: true },
    { flags: PageFlag.error, stays: true },
    { flags: PageFlag.young, stays: true },
    { flags: PageFlag.idle, stays: true },
    { flags: PageFlag.active, stays: false },
  ])('flag $flags', ({ flags, stays }) => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      let oldFlags = 0;
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.setFlags(flags);
      yield* page.get();
      yield* page.put();
      kernel.events.on('page_free', (event) => {
        if (event.page === page) oldFlags = page.peekFlags();
      });
      expect(yield* migratePages(list, new SpyRequest())).toBe(0);
      const target = pageAt(mm, start);
      expect(target).not.toBe(page);
      expect(target.peekFlags() & flags).toBe(flags);
      expect((oldFlags & flags) !== 0).toBe(stays);
    });
  });

  it('an active page stays active and an unevictable one unevictable', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.setFlags(PageFlag.active);
      yield* migratePages(list, new SpyRequest());
      yield* kernel.lru.drainAll();
      expect(kernel.lru.list(0, LruList.activeAnon).peek()).toEqual([pageAt(mm, start)]);
    });
  });

  it('what a write left in the entry: it may be written without a fault', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      yield* migrateThese(kernel, [pageAt(mm, start)]);
      expect(isMigrationEntry(mm.peekPte(start))).toBe(false);
      const target = pageAt(mm, start);
      expect(yield* userWrite(mm, start, 1, 3)).toBe(true);
      expect(pageAt(mm, start)).toBe(target);
      expect(yield* userRead(mm, start, 0)).toBe(100);
    });
  });

  it('a page of the swap cache keeps its slot', () => {
    const kernel = vmKernel({ profile, nodes: [6], cpus: 1, swapPages: 32, reclaims: true });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 8);
      let moved = false;
      for (let i = 0; i < 8; i++) {
        expect(yield* userRead(mm, start + i, 0)).toBe(100 + i);
        const page = pageAt(mm, start + i);
        if ((page.peekFlags() & PageFlag.swapCache) === 0) continue;
        const slot = page.private;
        const rc = yield* migrateThese(kernel, [page]);
        if (rc !== 0) continue;
        moved = true;
        const target = pageAt(mm, start + i);
        expect(target.private).toBe(slot);
        expect(kernel.swap!.cache.peekSlot(slot)).toBe(target);
        expect(page.peekFlags() & PageFlag.swapCache).toBe(0);
      }
      expect(moved).toBe(true);
      expect(quiescentBreaches(kernel)).toEqual([]);
      for (let i = 0; i < 8; i++) expect(yield* userRead(mm, start + i, 0)).toBe(100 + i);
    });
  });
});

it.each(PROFILES)('entries are events where the kernel has them ($name)', (profile) => {
  const kernel = vmKernel({ profile, pageSize: 4096, nodes: [4], ptesPerTable: 8 });
  const log = new TraceLog(kernel);
  runVm(kernel, function* () {
    const { mm, start } = yield* processWith(kernel, 1);
    expect(start).toBe(0x10);
    yield* migrateThese(kernel, [pageAt(mm, start)]);
  });
  const entries = log.lines.filter((line) => line.includes('_migration_pte'));
  const kinds = entries.map((line) => /(\w+): addr=10000, pte=[0-9a-f]+ order=0$/.exec(line)?.[1]);
  expect(kinds).toEqual(profile === linux61 ? ['set_migration_pte', 'remove_migration_pte'] : []);
});

describe('the mode decides how hard it tries', () => {
  const { async: ASYNC, syncLight: LIGHT, sync: SYNC, syncNoCopy: NO_COPY } = MigrateMode;

  it.each([
    // A page that is locked for ever by somebody else: forced attempts of modes that may sleep would wait.
    { mode: ASYNC, inReclaim: false, attempts: 10 },
    { mode: LIGHT, inReclaim: true, attempts: 10 },
    { mode: SYNC, inReclaim: true, attempts: 10 },
  ])('a locked page in mode $mode, in reclaim $inReclaim', ({ mode, inReclaim, attempts }) => {
    const kernel = vmKernel();
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.lock();
      kernel.machine.current!.inReclaim = inReclaim;
      const request = new SpyRequest(mode);
      expect(yield* migratePages(list, request)).toBe(1);
      kernel.machine.current!.inReclaim = false;
      expect(request.allocated).toHaveLength(attempts);
      yield* page.unlock();
      yield* putbackMovablePages(list);
    });
  });

  it.each([
    { mode: ASYNC, attempts: 1 },
    { mode: LIGHT, attempts: 1 },
    { mode: SYNC, attempts: 4 },
    { mode: NO_COPY, attempts: 4 },
  ])('a page under writeback in mode $mode: $attempts attempts', ({ mode, attempts }) => {
    const kernel = vmKernel();
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.setFlags(PageFlag.writeback);
      // The fourth attempt waits: by then it is over.
      const request = new SpyRequest(mode, MigrateReason.compaction, function* (source) {
        if (request.allocated.length === 3) yield* page.clearFlags(PageFlag.writeback);
        return yield* allocSameNode(source);
      });
      const rc = yield* migratePages(list, request);
      expect(request.allocated).toHaveLength(attempts);
      expect(rc).toBe(attempts === 4 ? 0 : 1);
      // Without copying somebody else brings the contents over.
      expect((yield* userRead(mm, start, 0)) === 100).toBe(mode !== NO_COPY);
    });
  });
});

it('a foreign reference is seen at the last moment: a pin between isolation and migration', () => {
  const kernel = vmKernel();
  runVm(kernel, function* () {
    const { mm, start } = yield* processWith(kernel, 1);
    const page = pageAt(mm, start);
    const list = kernel.lists.create('isolated', 'vm');
    yield* isolateFor(list, page);
    const held = (yield* getUserPage(mm, start))!;
    expect(yield* migratePages(list, new SpyRequest(MigrateMode.async))).toBe(1);
    yield* held.put();
    expect(yield* migratePages(list, new SpyRequest(MigrateMode.async))).toBe(0);
    expect(yield* userRead(mm, start, 0)).toBe(100);
  });
});
