import { kthread, type Op } from '@movable-pages/machine';
import { runDirect } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  AOP_WRITEPAGE_ACTIVATE,
  exitMm,
  fork,
  getUserPage,
  Gfp,
  kswapd,
  linux510,
  linux61,
  mlock,
  mmap,
  PageFlag,
  quiescentBreaches,
  Rss,
  SHRINK_STOP,
  userRead,
  userWrite,
  type Kernel,
  type Mm,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';
import { endAll, filePage, processWith, vmKernel } from '../vm-support.ts';

const PROFILES = [linux510, linux61];

/** A kernel with fewer pages than its processes want, and swap for the rest. */
function shortOfMemory(profile = linux510, options = {}): Kernel {
  return vmKernel({ profile, nodes: [6], cpus: 1, swapPages: 16, reclaims: true, ...options });
}

function* readAll(mm: Mm, start: number, pages: number): Op<(number | null)[]> {
  const values = [];
  for (let i = 0; i < pages; i++) values.push(yield* userRead(mm, start + i, 0));
  return values;
}

describe.each(PROFILES)('direct reclaim ($name)', (profile) => {
  it('lets a process have more memory than there is, and nothing is lost', () => {
    const kernel = shortOfMemory(profile);
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 12);
      expect(yield* readAll(mm, start, 12)).toEqual(Array.from({ length: 12 }, (_, i) => 100 + i));
      expect(mm.rss(Rss.anon) + mm.rss(Rss.swap)).toBe(12);
      expect(mm.rss(Rss.swap)).toBeGreaterThanOrEqual(6);
      expect(kernel.vmstat.read('pswpout')).toBeGreaterThanOrEqual(6);
      expect(kernel.vmstat.read('pswpin')).toBeGreaterThan(0);
      expect(quiescentBreaches(kernel)).toEqual([]);
      yield* endAll(kernel, mm);
      expect(kernel.swap!.used).toBe(0);
      expect(kernel.allocator.freePages(0)).toBe(6);
      expect(quiescentBreaches(kernel)).toEqual([]);
    });
  });

  it('swaps out pages that a fork shares, and copies them when one writes', () => {
    const kernel = shortOfMemory(profile);
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 3);
      const child = (yield* fork(mm))!;
      const more = yield* mmap(mm, { pages: 6 });
      for (let i = 0; i < 6; i++) yield* userWrite(mm, more + i, 0, i);
      expect(mm.rss(Rss.swap) + child.rss(Rss.swap)).toBeGreaterThan(0);
      yield* userWrite(child, start, 0, 7);
      expect(yield* readAll(mm, start, 3)).toEqual([100, 101, 102]);
      expect(yield* readAll(child, start, 3)).toEqual([7, 101, 102]);
      expect(quiescentBreaches(kernel)).toEqual([]);
      yield* exitMm(mm);
      expect(yield* readAll(child, start, 3)).toEqual([7, 101, 102]);
      yield* endAll(kernel, child);
      expect(kernel.swap!.used).toBe(0);
    });
  });

  it('leaves alone what is locked in memory and what somebody holds', () => {
    const kernel = shortOfMemory(profile);
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 4);
      yield* mlock(mm, start, 1);
      const held = (yield* getUserPage(mm, start + 1))!;
      const more = yield* mmap(mm, { pages: 4 });
      for (let i = 0; i < 4; i++) expect(yield* userWrite(mm, more + i, 0, i)).toBe(true);
      expect(mm.peekPte(start) & 1).toBe(1);
      expect(held.refCount).toBeGreaterThanOrEqual(1);
      expect(held.readWord(0)).toBe(101);
      yield* held.put();
      expect(yield* readAll(mm, start, 4)).toEqual([100, 101, 102, 103]);
      yield* endAll(kernel, mm);
      expect(kernel.allocator.freePages(0)).toBe(6);
    });
  });

  it('prefers pages that were not used since the last look', () => {
    const kernel = shortOfMemory(profile);
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 6);
      // The first look makes the page tables forget; then only page 0 is used.
      yield* kernel.reclaim.round(0, 12);
      yield* kernel.lru.drainAll();
      yield* userRead(mm, start, 0);
      const more = yield* mmap(mm, { pages: 2 });
      yield* userWrite(mm, more, 0, 1);
      expect(mm.peekPte(start) & 1).toBe(1);
      expect(mm.rss(Rss.swap)).toBeGreaterThan(0);
      yield* endAll(kernel, mm);
    });
  });
});

describe('when there is no swap left', () => {
  it('an allocation fails after those who asked to be told had nothing, and nothing is lost', () => {
    const kernel = shortOfMemory(linux510, { swapPages: 2 });
    const told: string[] = [];
    for (const [name, priority] of [
      ['low', 0],
      ['high', 5],
    ] as const)
      kernel.registerOomNotifier({
        name,
        priority,
        *notify() {
          told.push(name);
          return 0;
        },
      });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 8);
      const more = yield* mmap(mm, { pages: 1 });
      expect(yield* userWrite(mm, more, 0, 1)).toBe(false);
      expect(told.slice(0, 2)).toEqual(['high', 'low']);
      expect(yield* readAll(mm, start, 8)).not.toContain(0);
      yield* endAll(kernel, mm);
    });
  });

  it('whoever is told may give memory back, and the allocation succeeds', () => {
    const kernel = shortOfMemory(linux510, { swapPages: 0 });
    runVm(kernel, function* () {
      const spare = (yield* kernel.allocator.allocPage())!;
      let given = false;
      kernel.reclaim.registerOomNotifier({
        name: 'reserve',
        *notify() {
          if (given) return 0;
          given = true;
          yield* spare.put();
          return 1;
        },
      });
      const { mm } = yield* processWith(kernel, 6);
      expect(given).toBe(true);
      expect(mm.rss(Rss.anon)).toBe(6);
      yield* endAll(kernel, mm);
    });
  });
});

describe('shrinkers', () => {
  /** A cache of pages that gives them back when asked. */
  function* cacheOf(kernel: Kernel, pages: number, answers: { stop?: boolean } = {}) {
    const cached: Page[] = [];
    for (let i = 0; i < pages; i++) cached.push((yield* kernel.allocator.allocPage())!);
    const asked: number[] = [];
    const shrinker = {
      name: 'cache',
      *countObjects() {
        return cached.length;
      },
      *scanObjects(_node: number, objects: number): Op<number> {
        asked.push(objects);
        if (answers.stop === true) return SHRINK_STOP;
        let freed = 0;
        for (; freed < objects && cached.length > 0; freed++) yield* cached.pop()!.put();
        return freed;
      },
    };
    kernel.registerShrinker(shrinker);
    return { cached, asked, shrinker };
  }

  it('are asked for a share that grows with the need', () => {
    const kernel = vmKernel({ nodes: [40], cpus: 1, reclaims: true });
    runVm(kernel, function* () {
      const { asked, cached, shrinker } = yield* cacheOf(kernel, 32);
      yield* kernel.reclaim.round(0, 12);
      expect(asked).toEqual([1]);
      yield* kernel.reclaim.round(0, 2);
      expect(asked).toEqual([1, 15]);
      yield* kernel.reclaim.round(0, 0);
      expect(cached).toHaveLength(0);
      kernel.reclaim.unregisterShrinker(shrinker);
      yield* kernel.reclaim.round(0, 0);
      expect(asked).toHaveLength(3);
    });
  });

  it('give a process the memory that it needs', () => {
    const kernel = vmKernel({ nodes: [8], cpus: 1, reclaims: true });
    runVm(kernel, function* () {
      yield* cacheOf(kernel, 6);
      const { mm } = yield* processWith(kernel, 8);
      expect(mm.rss(Rss.anon)).toBe(8);
      yield* endAll(kernel, mm);
    });
  });

  it('may say that they cannot now', () => {
    const kernel = vmKernel({ nodes: [8], cpus: 1, reclaims: true });
    runVm(kernel, function* () {
      const { cached } = yield* cacheOf(kernel, 6, { stop: true });
      const { mm } = yield* processWith(kernel, 3);
      expect(mm.rss(Rss.anon)).toBe(2);
      expect(cached).toHaveLength(6);
      yield* endAll(kernel, mm);
    });
  });
});

it.each(PROFILES)('a file page that is not written now stays, active and unlocked ($name)', (profile) => {
  const kernel = vmKernel({ profile, nodes: [6], cpus: 1 });
  let asked = 0;
  const file = kernel.mms.createAddressSpace('file', 1, {
    *writePage(page) {
      asked++;
      yield* page.setFlags(PageFlag.dirty);
      return AOP_WRITEPAGE_ACTIVATE;
    },
  });
  runVm(kernel, function* () {
    const page = yield* filePage(kernel, file, 0, PageFlag.dirty);
    yield* kernel.reclaim.round(0, 0);
    yield* kernel.lru.drainAll();
    expect(asked).toBe(1);
    const { active, dirty, lru } = PageFlag;
    expect(page.peekFlags() & (PageFlag.locked | active | dirty | lru)).toBe(active | dirty | lru);
    expect(quiescentBreaches(kernel)).toEqual([]);
  });
});

it('kswapd goes to work when an allocation finds nothing, and frees up to its mark', () => {
  const kernel = shortOfMemory(linux510, { nodes: [6] });
  kernel.machine.construct(() => {
    kswapd(kernel, { node: 0, high: 4 });
    kthread('user', { party: 'vm' }, function* () {
      yield* processWith(kernel, 7);
    });
  });
  kernel.machine.seal();
  runDirect(kernel.machine, function* () {});
  expect(kernel.vmstat.read('pageoutrun')).toBeGreaterThan(0);
  expect(kernel.allocator.freePages(0)).toBeGreaterThanOrEqual(4);
  expect(quiescentBreaches(kernel)).toEqual([]);
});

it('kswapd becomes more urgent round by round, until it finds what only an urgent round frees', () => {
  const kernel = vmKernel({ nodes: [6], cpus: 1, reclaims: true });
  const asked: number[] = [];
  const cached: Page[] = [];
  kernel.registerShrinker({
    name: 'reluctant',
    *countObjects() {
      return 2048;
    },
    *scanObjects(_node, objects): Op<number> {
      asked.push(objects);
      const page = objects >= 128 ? cached.pop() : undefined;
      if (page === undefined) return SHRINK_STOP;
      yield* page.put();
      return 1;
    },
  });
  kernel.machine.construct(() => {
    kswapd(kernel, { node: 0, high: 2 });
    kthread('user', { party: 'vm' }, function* () {
      for (let n = 0; n < 6; n++) {
        const page = (yield* kernel.allocator.allocPage())!;
        if (n < 2) cached.push(page);
      }
      yield* kernel.reclaim.wakeKswapd(0, 0);
    });
  });
  kernel.machine.seal();
  runDirect(kernel.machine, function* () {});
  expect(asked).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 128, 128]);
  expect(kernel.allocator.freePages(0)).toBe(2);
});

it('a page under writeback to swap is marked until it is written', () => {
  const kernel = shortOfMemory();
  runVm(kernel, function* () {
    const { mm } = yield* processWith(kernel, 6);
    const seen: boolean[] = [];
    const page = kernel.page(0);
    yield* page.lock();
    const slot = yield* kernel.swap!.allocate();
    page.private = slot;
    const writing = kernel.swap!.writePage(page)[Symbol.iterator]();
    for (let turn = writing.next(); turn.done !== true; turn = writing.next())
      seen.push((page.peekFlags() & PageFlag.writeback) !== 0);
    page.private = 0;
    yield* kernel.swap!.releaseCache(slot);
    expect(page.peekFlags() & (PageFlag.writeback | PageFlag.locked)).toBe(0);
    yield* endAll(kernel, mm);
  });
});

describe('whoever goes away', () => {
  it.each(['notifier', 'shrinker'] as const)('waits for a call of its %s that is under way', (kind) => {
    const kernel = shortOfMemory(linux510, { swapPages: 0 });
    const { machine, reclaim } = kernel;
    const log: string[] = [];
    const slow = function* (answer: number): Op<number> {
      log.push('begins');
      for (let turn = 0; turn < 3; turn++) yield* machine.yieldNow();
      log.push('ends');
      return answer;
    };
    const notifier = { name: 'slow', notify: () => slow(0) };
    const shrinker = {
      name: 'slow',
      *countObjects() {
        return 1;
      },
      scanObjects: () => slow(SHRINK_STOP),
    };
    if (kind === 'notifier') kernel.registerOomNotifier(notifier);
    else kernel.registerShrinker(shrinker);
    machine.construct(() => {
      kthread('short of memory', { party: 'vm' }, function* () {
        if (kind === 'notifier') yield* reclaim.outOfMemory();
        else yield* reclaim.round(0, 0);
      });
    });
    runVm(kernel, function* () {
      while (log.length === 0) yield* machine.yieldNow();
      if (kind === 'notifier') yield* reclaim.unregisterOomNotifier(notifier);
      else {
        reclaim.unregisterShrinker(shrinker);
        yield* reclaim.synchronizeShrinkers();
      }
      log.push('gone');
      yield* reclaim.outOfMemory();
      yield* reclaim.round(0, 0);
    });
    expect(log).toEqual(['begins', 'ends', 'gone']);
    expect(reclaim.registered).toEqual([]);
  });
});

it.each([
  { allocator: 'single pages', buddy: undefined },
  { allocator: 'the buddy allocator', buddy: { pageBlockOrder: 1, maxOrder: 1, minFreeKbytes: 0 } },
])('an allocation that can do without asks no OOM notifier ($allocator)', ({ buddy }) => {
  let told = 0;
  const kernel = shortOfMemory(linux510, {
    swapPages: 0,
    ...(buddy === undefined ? {} : { buddy }),
  });
  kernel.registerOomNotifier({
    name: 'counting',
    *notify() {
      told++;
      return 0;
    },
  });
  runVm(kernel, function* () {
    const pages = [];
    for (
      let page = yield* kernel.allocator.allocPage();
      page !== null;
      page = yield* kernel.allocator.allocPage()
    )
      pages.push(page);
    expect(told).toBe(1);
    for (const options of [
      { gfp: { ...Gfp.kernel, noRetry: true } },
      // Targets of contiguous ranges and of memory that goes offline.
      { gfp: Gfp.userMovable },
      { thisNode: true },
    ])
      expect(yield* kernel.allocator.allocPage(options)).toBeNull();
    expect(told).toBe(1);
    for (const page of pages) yield* page.put();
  });
});
