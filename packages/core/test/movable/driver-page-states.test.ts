import { type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocSameNode,
  completion,
  Errno,
  isolateMovablePage,
  kthread,
  linux510,
  linux61,
  MappingTag,
  migratePages,
  MigrateMode,
  MigrateReason,
  PageFlag,
  putbackMovablePages,
  type Page,
} from '../../src/index.ts';
import { misuse, runVm, ScriptedDriver, smallKernel, SpyRequest, stateOf } from '../support.ts';

const PROFILES = [linux510, linux61];

describe.each(PROFILES)('a driver page under $name', (profile) => {
  function build() {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    return { kernel, driver, tagged: (driver.mapping.id << 2) | MappingTag.movable };
  }

  it('has the references of the ledger at every point of a successful migration', () => {
    const { kernel, driver, tagged } = build();
    const ledger: Record<string, unknown> = {};
    const note = (point: string, src: Page, dst?: Page) => {
      const { refCount, holders } = stateOf(src);
      ledger[point] = {
        src: [refCount, holders],
        ...(dst && { dst: [stateOf(dst).refCount, stateOf(dst).holders] }),
      };
    };
    kernel.events.on('driver_migrate_enter', ({ oldPage, newPage }) => note('getNew', oldPage, newPage));
    kernel.events.on('driver_migrate', ({ oldPage, newPage }) => note('returned', oldPage, newPage));
    const { src, dst } = runVm(kernel, function* () {
      const page = yield* driver.allocate(42);
      note('idle', page);
      yield* isolateMovablePage(page, 0);
      note('isolated', page);
      const list = kernel.lists.create('list', 'vm');
      list.add(page);
      const request = new SpyRequest();
      expect(yield* migratePages(list, request)).toBe(0);
      note('after', page, request.allocated[0]);
      return { src: page, dst: request.allocated[0]! };
    });
    expect(ledger).toEqual({
      idle: { src: [1, { driver: 1 }] },
      isolated: { src: [2, { driver: 1, vm: 1 }] },
      getNew: { src: [2, { driver: 1, vm: 1 }], dst: [1, { vm: 1 }] },
      returned: { src: [1, { vm: 1 }], dst: [2, { vm: 1, driver: 1 }] },
      after: { src: [0, {}], dst: [1, { driver: 1 }] },
    });
    expect(stateOf(src)).toMatchObject({ flags: 0, mapping: 0 });
    expect(stateOf(dst)).toMatchObject({ flags: 0, mapping: tagged });
    expect(kernel.contents.peek(dst.pfn, 1)).toBe(42);
  });

  it('stays isolated over -EAGAIN and is movable again after putback', () => {
    const { kernel, driver, tagged } = build();
    const isolated = { flags: PageFlag.isolated, refCount: 2, mapping: tagged };
    driver.migrate = function* (_newPage, oldPage): Op<number> {
      expect(stateOf(oldPage)).toMatchObject({ ...isolated, flags: PageFlag.isolated | PageFlag.locked });
      return -Errno.EAGAIN;
    };
    const page = runVm(kernel, function* () {
      const { pages, list } = yield* driver.isolated(1);
      expect(stateOf(pages[0]!)).toMatchObject(isolated);
      expect(yield* migratePages(list, new SpyRequest())).toBe(1);
      expect(stateOf(pages[0]!)).toMatchObject(isolated);
      yield* putbackMovablePages(list);
      return pages[0]!;
    });
    expect(stateOf(page)).toMatchObject({ flags: 0, refCount: 1, mapping: tagged, holders: { driver: 1 } });
    expect(driver.calls.filter((call) => call.startsWith('migrate'))).toHaveLength(10);
    expect(driver.calls.at(-1)).toBe('putback 0');
  });

  it('that is released while isolated is an orphan: one reference, the tag, the mark', () => {
    const { kernel, driver } = build();
    const orphan = runVm(kernel, function* () {
      const { pages } = yield* driver.isolated(1);
      yield* driver.release(pages[0]!);
      return stateOf(pages[0]!);
    });
    expect(orphan).toMatchObject({
      flags: PageFlag.isolated,
      refCount: 1,
      mapping: MappingTag.movable,
      holders: { vm: 1 },
    });
  });

  describe('that is released while isolated', () => {
    it('before the migration counts as moved: no target, no callback, freed', () => {
      const { kernel, driver } = build();
      const request = new SpyRequest();
      const { rc, page, left } = runVm(kernel, function* () {
        const { pages, list } = yield* driver.isolated(1);
        yield* driver.release(pages[0]!);
        return { rc: yield* migratePages(list, request), page: pages[0]!, left: list.peek() };
      });
      expect({ rc, left, allocated: request.allocated, calls: driver.calls }).toEqual({
        rc: 0,
        left: [],
        allocated: [],
        calls: [],
      });
      expect(stateOf(page)).toMatchObject({ flags: 0, refCount: 0, mapping: 0, holders: {} });
      expect(kernel.vmstat.read('pgmigrate_success')).toBe(1);
      expect(kernel.vmstat.read('pgmigrate_fail')).toBe(0);
    });

    it('after its target was allocated counts as moved: no callback, both freed, the target not given back', () => {
      const { kernel, driver } = build();
      const request = new SpyRequest(MigrateMode.sync, MigrateReason.compaction, function* (page) {
        yield* driver.release(page);
        return yield* allocSameNode(page);
      });
      const { rc, page } = runVm(kernel, function* () {
        const { pages, list } = yield* driver.isolated(1);
        return { rc: yield* migratePages(list, request), page: pages[0]! };
      });
      expect(rc).toBe(0);
      expect(driver.calls).toEqual([]);
      expect(request.givenBack).toEqual([]);
      for (const each of [page, request.allocated[0]!])
        expect(stateOf(each)).toMatchObject({ flags: 0, refCount: 0 });
      expect(kernel.allocator.freePages(0)).toBe(8);
      expect(kernel.vmstat.read('pgmigrate_success')).toBe(1);
    });

    it('before the putback is freed without a callback', () => {
      const { kernel, driver } = build();
      const page = runVm(kernel, function* () {
        const { pages, list } = yield* driver.isolated(1);
        yield* driver.release(pages[0]!);
        yield* putbackMovablePages(list);
        return pages[0]!;
      });
      expect(driver.calls).toEqual([]);
      expect(stateOf(page)).toMatchObject({ flags: 0, refCount: 0, mapping: 0, holders: {} });
      expect(kernel.allocator.freePages(0)).toBe(8);
    });
  });
});

describe('a freed page found by its count', () => {
  it.each([
    { profile: linux510, ends: 'MP_DEADLOCK' },
    { profile: linux61, ends: 'MP_BAD_PAGE' },
  ])('is locked to take its mark off in linux-5.10 only ($profile.name)', ({ profile, ends }) => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const { go, taken } = kernel.machine.construct(() => {
      const parts = { go: completion('go'), taken: completion('taken'), never: completion('never') };
      kthread('lock holder', { daemon: true }, function* () {
        yield* parts.go.wait();
        yield* kernel.page(0).lock();
        yield* parts.taken.complete();
        yield* parts.never.wait();
      });
      return parts;
    });
    const error = misuse(() =>
      runVm(kernel, function* () {
        const { pages, list } = yield* driver.isolated(1);
        yield* driver.release(pages[0]!);
        yield* go.complete();
        yield* taken.wait();
        yield* migratePages(list, new SpyRequest());
      }),
    );
    expect(error.code).toBe(ends);
  });

  it.each(PROFILES)('loses its active and unevictable marks ($name)', (profile) => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const page = runVm(kernel, function* () {
      const { pages, list } = yield* driver.isolated(1);
      yield* pages[0]!.setFlags(PageFlag.active | PageFlag.unevictable);
      yield* driver.release(pages[0]!);
      yield* migratePages(list, new SpyRequest());
      return pages[0]!;
    });
    expect(stateOf(page)).toMatchObject({ refCount: 0, flags: 0 });
  });
});

describe('a driver page that is released between a failure for good and the putback', () => {
  it('is freed without a callback (linux-6.1, which puts back later)', () => {
    const kernel = smallKernel({ profile: linux61 });
    const driver = new ScriptedDriver(kernel);
    driver.migrate = function* (): Op<number> {
      return -Errno.EBUSY;
    };
    runVm(kernel, function* () {
      const { pages, list } = yield* driver.isolated(1);
      yield* migratePages(list, new SpyRequest());
      expect(list.peek()).toEqual(pages);
      yield* driver.release(pages[0]!);
      yield* putbackMovablePages(list);
    });
    expect(driver.calls).toEqual(['migrate 0 -> 1']);
    expect(kernel.allocator.freePages(0)).toBe(8);
  });
});
