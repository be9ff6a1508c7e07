import { describe, expect, it } from 'vitest';
import {
  allocContigRange,
  countIsolated,
  Errno,
  Gfp,
  isolateLruPage,
  kernelProfiles,
  LruList,
  offlinePages,
  PageFlag,
  putbackLruPage,
  type Kernel,
  type Op,
  type Page,
} from '../../src/index.ts';
import { misuse, runVm, ScriptedDriver, smallKernel } from '../support.ts';

/** A page of anonymous kind in the add cache, held by the caller too. */
function* added(kernel: Kernel, flags = 0): Op<Page> {
  const page = (yield* kernel.allocator.allocPage())!;
  yield* page.setFlags(PageFlag.swapBacked | flags);
  yield* kernel.lru.cacheAdd(page);
  return page;
}

describe('the add cache', () => {
  it('holds a reference and keeps the page off the lists until it is drained', () => {
    const kernel = smallKernel();
    const page = runVm(kernel, () => added(kernel));
    expect(page.refCount).toBe(2);
    expect(page.peekFlags() & PageFlag.lru).toBe(0);
    expect(kernel.lru.peekCached()).toEqual([page]);
    runVm(kernel, function* () {
      const again = yield* added(kernel);
      expect(yield* isolateLruPage(again)).toBe(-Errno.EBUSY);
      yield* kernel.lru.drainAll();
      expect(again.refCount).toBe(1);
      expect(kernel.lru.list(0, LruList.inactiveAnon).peek()).toEqual([again]);
      expect(kernel.lru.peekCached()).toEqual([]);
    });
  });

  it('is drained by the page that fills it', () => {
    const kernel = smallKernel({ nodes: [32] });
    runVm(kernel, function* () {
      for (let i = 0; i < 14; i++) yield* added(kernel);
      expect(kernel.lru.list(0, LruList.inactiveAnon).length).toBe(0);
      yield* added(kernel);
      expect(kernel.lru.list(0, LruList.inactiveAnon).length).toBe(15);
      yield* added(kernel);
      expect(kernel.lru.peekCached()).toHaveLength(1);
    });
  });

  it('drains pages of several nodes to the lists of their nodes', () => {
    const kernel = smallKernel({ nodes: [4, 4] });
    runVm(kernel, function* () {
      for (const node of [0, 1, 0]) {
        const page = (yield* kernel.allocator.allocPage({ node }))!;
        yield* page.setFlags(PageFlag.swapBacked);
        yield* kernel.lru.cacheAdd(page);
      }
      yield* kernel.lru.drain();
      expect([0, 1].map((node) => kernel.lru.list(node, LruList.inactiveAnon).length)).toEqual([2, 1]);
    });
  });
});

describe('the list a page goes to', () => {
  it.each([
    { flags: PageFlag.swapBacked, list: LruList.inactiveAnon },
    { flags: PageFlag.swapBacked | PageFlag.active, list: LruList.activeAnon },
    { flags: 0, list: LruList.inactiveFile },
    { flags: PageFlag.active, list: LruList.activeFile },
    { flags: PageFlag.swapBacked | PageFlag.mlocked, list: LruList.unevictable },
    { flags: PageFlag.active | PageFlag.mlocked, list: LruList.unevictable },
    { flags: PageFlag.swapBacked | PageFlag.unevictable, list: LruList.inactiveAnon },
  ])('follows its flags: $flags', ({ flags, list }) => {
    const kernel = smallKernel();
    runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      yield* page.setFlags(flags);
      yield* kernel.lru.cacheAdd(page);
      yield* kernel.lru.drain();
      expect(kernel.lru.list(0, list).peek()).toEqual([page]);
      const unevictable = (page.peekFlags() & PageFlag.unevictable) !== 0;
      expect(unevictable).toBe(list === LruList.unevictable);
      // What is unevictable is not active as well.
      if (unevictable) expect(page.peekFlags() & PageFlag.active).toBe(0);
    });
  });
});

describe.each([...kernelProfiles.values()])('the add caches while a range is emptied ($name)', (profile) => {
  /** What somebody who adds a page meanwhile finds: whether the page can be isolated at once. */
  function addDuring(empty: (kernel: Kernel, meanwhile: () => Op<void>) => Op<void>) {
    const kernel = smallKernel({
      profile,
      nodes: [64],
      buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0 },
    });
    const seen: boolean[] = [];
    const look = function* (): Op<void> {
      const page = yield* added(kernel);
      seen.push((page.peekFlags() & PageFlag.lru) !== 0);
    };
    runVm(kernel, function* () {
      yield* look();
      yield* empty(kernel, look);
      yield* look();
    });
    return seen;
  }

  it('stay empty until offlining has come to its end, in profiles that see to it', () => {
    const seen = addDuring(function* (kernel, meanwhile) {
      kernel.memoryNotifiers.register(function* ({ action }) {
        if (action === 'going-offline') yield* meanwhile();
        return 0;
      });
      expect(yield* offlinePages(kernel, 32, 16)).toBe(0);
    });
    expect(seen).toEqual([false, profile.disablesAddCache, false]);
  });

  it('stay empty while pages of a contiguous range migrate, in profiles that see to it', () => {
    const seen = addDuring(function* (kernel, meanwhile) {
      const driver = new ScriptedDriver(kernel);
      driver.migrate = function* (newPage, oldPage) {
        yield* meanwhile();
        return yield* driver.move(newPage, oldPage);
      };
      const page = (yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!;
      yield* driver.own(page);
      const start = page.pfn - (page.pfn % 8);
      expect(yield* allocContigRange(kernel, start, start + 8)).toBe(0);
    });
    expect(seen).toEqual([false, profile.disablesAddCache, false]);
  });
});

describe('isolateLruPage', () => {
  it('takes the page off, with a reference, once', () => {
    const kernel = smallKernel();
    runVm(kernel, function* () {
      const page = yield* added(kernel);
      yield* kernel.lru.drainAll();
      expect(yield* isolateLruPage(page)).toBe(0);
      countIsolated(page, 1);
      expect(page.refCount).toBe(2);
      expect(page.peekFlags() & PageFlag.lru).toBe(0);
      expect(kernel.lru.list(0, LruList.inactiveAnon).length).toBe(0);
      expect(yield* isolateLruPage(page)).toBe(-Errno.EBUSY);
      expect(page.refCount).toBe(2);
      expect(kernel.vmstat.read('nr_isolated_anon')).toBe(1);
    });
  });

  it('needs a reference of the caller', () => {
    const kernel = smallKernel();
    const error = misuse(() => runVm(kernel, () => isolateLruPage(kernel.page(3))));
    expect(error.code).toBe('MP_USE_AFTER_FREE');
  });

  it('is undone by putbackLruPage, to the list of the flags of then', () => {
    const kernel = smallKernel();
    runVm(kernel, function* () {
      const page = yield* added(kernel);
      yield* kernel.lru.drainAll();
      yield* isolateLruPage(page);
      yield* page.setFlags(PageFlag.active);
      yield* putbackLruPage(page);
      yield* kernel.lru.drainAll();
      expect(page.refCount).toBe(1);
      expect(kernel.lru.list(0, LruList.activeAnon).peek()).toEqual([page]);
    });
  });
});

it('takes a page off its list when its last reference goes', () => {
  const kernel = smallKernel();
  runVm(kernel, function* () {
    const page = yield* added(kernel, PageFlag.active);
    yield* kernel.lru.drainAll();
    yield* page.put();
    expect(page.refCount).toBe(0);
    expect(kernel.lru.list(0, LruList.activeAnon).length).toBe(0);
  });
  expect(kernel.allocator.freePages(0)).toBe(8);
});
