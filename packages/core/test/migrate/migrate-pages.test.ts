import { type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocSameNode,
  completion,
  Errno,
  kthread,
  linux510,
  linux61,
  migrateModeName,
  MigrateMode,
  MigrateReason,
  migratePages,
  PageFlag,
  putbackMovablePages,
  type KernelProfile,
  type Page,
} from '../../src/index.ts';
import { misuse, runVm, ScriptedDriver, smallKernel, SpyRequest, stateOf } from '../support.ts';

const PROFILES = [linux510, linux61];
const { EAGAIN, EBUSY, EINVAL, ENOMEM } = Errno;

type Answer = number | 'move';

/** Runs one call of `migratePages` on pages A, B, ..., each of which answers as scripted; the last answer stays. */
function migrate(profile: KernelProfile, answers: Record<string, Answer[]>, request = new SpyRequest()) {
  const kernel = smallKernel({ profile });
  const driver = new ScriptedDriver(kernel);
  const names = Object.keys(answers);
  const attempts: string[] = [];
  driver.migrate = function* (newPage, oldPage): Op<number> {
    const name = names[oldPage.pfn]!;
    const script = answers[name]!;
    const tried = attempts.filter((each) => each === name).length;
    attempts.push(name);
    const answer = script[Math.min(tried, script.length - 1)]!;
    return answer === 'move' ? yield* driver.move(newPage, oldPage) : answer;
  };
  const events: unknown[] = [];
  kernel.events.on('mm_migrate_pages_start', (event) => events.push(event));
  kernel.events.on('mm_migrate_pages', (event) => events.push(event));
  const outcome = runVm(kernel, function* () {
    const { pages, list } = yield* driver.isolated(names.length);
    const rc = yield* migratePages(list, request);
    return { rc, pages, left: list.peek().map((page) => names[page.pfn]!) };
  });
  return {
    ...outcome,
    kernel,
    driver,
    attempts,
    events,
    success: kernel.vmstat.read('pgmigrate_success'),
    fail: kernel.vmstat.read('pgmigrate_fail'),
    putback: driver.calls
      .filter((call) => call.startsWith('putback'))
      .map((call) => names[Number(call.split(' ')[1])]!),
    allocated: request.allocated.length,
    givenBack: request.givenBack.length,
  };
}

/** A target allocator that has nothing from its `nth` asking on. */
function failingFrom(nth: number) {
  let asked = 0;
  return new SpyRequest(MigrateMode.sync, MigrateReason.compaction, function* (page) {
    return ++asked >= nth ? null : yield* allocSameNode(page);
  });
}

describe('migratePages, the scenarios', () => {
  it.each([
    { profile: linux510, left: ['B'], putback: ['C'] },
    { profile: linux61, left: ['C', 'B'], putback: [] },
  ])('A moves, B says -EAGAIN for ever, C says -EBUSY ($profile.name)', ({ profile, left, putback }) => {
    const result = migrate(profile, { A: ['move'], B: [-EAGAIN], C: [-EBUSY] });
    expect(result).toMatchObject({ rc: 2, left, success: 1, fail: 2, putback, allocated: 12, givenBack: 11 });
    expect(result.attempts).toEqual(['A', 'B', 'C', ...Array.from({ length: 9 }, () => 'B')]);
  });

  it.each(PROFILES)('no target for the first page ($name)', (profile) => {
    const result = migrate(profile, { A: ['move'], B: ['move'], C: ['move'] }, failingFrom(1));
    expect(result).toMatchObject({
      rc: -ENOMEM,
      left: ['A', 'B', 'C'],
      success: 0,
      fail: 1,
      attempts: [],
      putback: [],
    });
  });

  it.each([
    { profile: linux510, fail: 1 },
    { profile: linux61, fail: 2 },
  ])('A says -EAGAIN, then there is no target for B ($profile.name)', ({ profile, fail }) => {
    const result = migrate(profile, { A: [-EAGAIN], B: ['move'] }, failingFrom(2));
    expect(result).toMatchObject({
      rc: -ENOMEM,
      left: ['A', 'B'],
      success: 0,
      fail,
      attempts: ['A'],
      givenBack: 1,
    });
  });

  it.each([
    { profile: linux510, fail: 2 },
    { profile: linux61, fail: 2 },
  ])('A failed for good before the targets ran out ($profile.name)', ({ profile, fail }) => {
    const result = migrate(profile, { A: [-EBUSY], B: ['move'], C: ['move'] }, failingFrom(2));
    const left = profile === linux510 ? ['B', 'C'] : ['A', 'B', 'C'];
    expect(result).toMatchObject({ rc: -ENOMEM, left, success: 0, fail });
  });

  it.each(PROFILES)('-EAGAIN, -EAGAIN, then it moves: a new target each time ($name)', (profile) => {
    const request = new SpyRequest();
    const result = migrate(profile, { A: [-EAGAIN, -EAGAIN, 'move'] }, request);
    expect(result).toMatchObject({ rc: 0, left: [], success: 1, fail: 0, allocated: 3, givenBack: 2 });
    expect(request.givenBack).toEqual(request.allocated.slice(0, 2));
    expect(new Set(request.allocated).size).toBe(3);
  });

  it.each(PROFILES)('everything moves in one pass ($name)', (profile) => {
    const result = migrate(profile, { A: ['move'], B: ['move'], C: ['move'] });
    expect(result).toMatchObject({
      rc: 0,
      left: [],
      success: 3,
      fail: 0,
      attempts: ['A', 'B', 'C'],
      givenBack: 0,
    });
    expect(result.pages.map((page) => stateOf(page).refCount)).toEqual([0, 0, 0]);
    expect(result.kernel.allocator.freePages(0)).toBe(5);
  });

  it.each(PROFILES)('an empty list ($name)', (profile) => {
    expect(migrate(profile, {})).toMatchObject({ rc: 0, left: [], success: 0, fail: 0, allocated: 0 });
  });

  it.each(PROFILES)('only what asked for a retry is tried again ($name)', (profile) => {
    const result = migrate(profile, { A: [-EAGAIN, 'move'], B: ['move'], C: [-EAGAIN, -EAGAIN, 'move'] });
    expect(result.attempts).toEqual(['A', 'B', 'C', 'A', 'C', 'C']);
    expect(result).toMatchObject({ rc: 0, left: [], success: 3 });
  });

  it.each(PROFILES)('what is left keeps its order and goes back as it is ($name)', (profile) => {
    const result = migrate(profile, { A: [-EAGAIN], B: ['move'], C: [-EAGAIN] });
    expect(result).toMatchObject({ rc: 2, left: ['A', 'C'], fail: 2 });
  });

  it('a driver that says -ENOMEM itself ends the call, its page put back already (linux-5.10)', () => {
    const result = migrate(linux510, { A: [-ENOMEM], B: ['move'] });
    expect(result).toMatchObject({ rc: -ENOMEM, left: ['B'], putback: ['A'], fail: 1, success: 0 });
  });
});

describe.each(PROFILES)('migratePages under $name', (profile) => {
  it('puts targets back itself if nobody takes them', () => {
    const request = {
      getNewPage: allocSameNode,
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.compaction,
    };
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    driver.migrate = function* (): Op<number> {
      return -EAGAIN;
    };
    runVm(kernel, function* () {
      const { list } = yield* driver.isolated(1);
      yield* migratePages(list, request);
    });
    expect(kernel.allocator.freePages(0)).toBe(7);
  });

  it('leaves both pages unlocked whatever the driver said', () => {
    for (const answer of ['move', -EAGAIN, -EBUSY] as const) {
      const result = migrate(profile, { A: [answer] });
      for (let pfn = 0; pfn < 8; pfn++) expect(result.kernel.page(pfn).peekFlags() & PageFlag.locked).toBe(0);
    }
  });

  it.each([1, 4096, 0.5, Number.NaN, 'ok', undefined, null, true, {}])(
    'takes %j from a driver for a failure for good',
    (answer) => {
      const kernel = smallKernel({ profile });
      const driver = new ScriptedDriver(kernel);
      const told: unknown[] = [];
      kernel.events.on('driver_migrate', ({ result }) => told.push(result));
      driver.migrate = function* (): Op<unknown> {
        return answer;
      };
      const { rc, page } = runVm(kernel, function* () {
        const { pages, list } = yield* driver.isolated(1);
        const failed = yield* migratePages(list, new SpyRequest());
        yield* putbackMovablePages(list);
        return { rc: failed, page: pages[0]! };
      });
      expect(rc).toBe(1);
      expect(told).toEqual([answer]);
      expect(driver.calls).toEqual(['migrate 0 -> 1', 'putback 0']);
      expect(stateOf(page)).toMatchObject({ refCount: 1, flags: 0 });
    },
  );

  it.each(['moved', 'found freed'])(
    'keeps the reference of a page that is %s because of a memory failure',
    (how) => {
      const kernel = smallKernel({ profile });
      const driver = new ScriptedDriver(kernel);
      const request = new SpyRequest(MigrateMode.sync, MigrateReason.memoryFailure);
      const { rc, page, on } = runVm(kernel, function* () {
        const { pages, list } = yield* driver.isolated(1);
        if (how === 'found freed') yield* driver.release(pages[0]!);
        const result = yield* migratePages(list, request);
        return { rc: result, page: pages[0]!, on: kernel.lists.listOf(pages[0]!.pfn) };
      });
      expect(rc).toBe(0);
      expect(on).toBeNull();
      const leftToTheAllocator = how === 'found freed' && profile === linux61;
      const flags = leftToTheAllocator ? PageFlag.isolated : 0;
      expect(stateOf(page)).toMatchObject({ flags, refCount: 1, holders: { vm: 1 } });
    },
  );

  it('tells when it starts and what it did, in the five numbers', () => {
    const how = { mode: MigrateMode.syncLight, reason: MigrateReason.contigRange };
    const { events } = migrate(
      profile,
      { A: ['move'], B: [-EAGAIN], C: [-EBUSY] },
      new SpyRequest(how.mode, how.reason),
    );
    expect(events).toEqual([
      how,
      { succeeded: 1, failed: 2, thpSucceeded: 0, thpFailed: 0, thpSplit: 0, ...how },
    ]);
  });

  it('warns if the driver took PG_isolated off and said that it moved', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const warnings: string[] = [];
    kernel.events.on('vm_warning', ({ what }) => warnings.push(what));
    driver.migrate = function* (newPage, oldPage): Op<number> {
      yield* oldPage.clearFlags(PageFlag.isolated);
      return yield* driver.move(newPage, oldPage);
    };
    runVm(kernel, function* () {
      const { list } = yield* driver.isolated(1);
      yield* migratePages(list, new SpyRequest());
    });
    expect(warnings).toEqual(['scripted.migratePage cleared PG_isolated']);
  });

  it('calls the driver with both pages locked, target first, in the mode it was given', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const seen: unknown[] = [];
    driver.migrate = function* (newPage, oldPage, mode): Op<number> {
      seen.push([newPage.lockedByMe(), oldPage.lockedByMe(), newPage.private, mode]);
      return yield* driver.move(newPage, oldPage);
    };
    runVm(kernel, function* () {
      const { list } = yield* driver.isolated(1);
      yield* migratePages(list, new SpyRequest(MigrateMode.syncLight));
    });
    expect(seen).toEqual([[true, true, 0, MigrateMode.syncLight]]);
  });

  it.each([
    { mode: MigrateMode.async, event: false, code: 'MP_SLEEP_IN_CALLBACK' },
    { mode: MigrateMode.syncLight, event: false, code: null },
    { mode: MigrateMode.syncLight, event: true, code: 'MP_SLEEP_IN_CALLBACK' },
    { mode: MigrateMode.sync, event: true, code: null },
  ])('in mode $mode a driver that waits (for an event: $event) ends with $code', ({ mode, event, code }) => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const done = kernel.machine.construct(() => completion('done'));
    driver.migrate = function* (newPage, oldPage): Op<number> {
      yield* done.complete();
      if (event) yield* done.wait();
      else kernel.machine.mightSleep('a lock', false);
      return yield* driver.move(newPage, oldPage);
    };
    const run = () =>
      runVm(kernel, function* () {
        const { list } = yield* driver.isolated(1);
        return yield* migratePages(list, new SpyRequest(mode));
      });
    if (code === null) expect(run()).toBe(0);
    else expect(misuse(run).code).toBe(code);
  });
});

describe.each(PROFILES)('a page that is in use, under $name', (profile) => {
  type Use = 'locked' | 'under writeback';
  interface Row {
    readonly use: Use;
    readonly mode: MigrateMode;
    readonly reclaim?: boolean;
    /** Attempts before it ends or sleeps. */
    readonly attempts: number;
    readonly ends: 'sleeps' | 'retries' | 'fails';
  }
  const { async, syncLight, sync, syncNoCopy } = MigrateMode;
  const ROWS: readonly Row[] = [
    { use: 'locked', mode: async, attempts: 10, ends: 'retries' },
    { use: 'locked', mode: syncLight, attempts: 4, ends: 'sleeps' },
    { use: 'locked', mode: sync, attempts: 4, ends: 'sleeps' },
    { use: 'locked', mode: syncNoCopy, attempts: 4, ends: 'sleeps' },
    { use: 'locked', mode: syncLight, reclaim: true, attempts: 10, ends: 'retries' },
    { use: 'locked', mode: sync, reclaim: true, attempts: 10, ends: 'retries' },
    { use: 'under writeback', mode: async, attempts: 1, ends: 'fails' },
    { use: 'under writeback', mode: syncLight, attempts: 1, ends: 'fails' },
    { use: 'under writeback', mode: sync, attempts: 4, ends: 'sleeps' },
    { use: 'under writeback', mode: syncNoCopy, attempts: 4, ends: 'sleeps' },
  ];

  /** A page that a daemon locks for ever, or that never ends its writeback. */
  function inUse(use: Use, mode: MigrateMode, reclaim: boolean) {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const { go, taken } = kernel.machine.construct(() => {
      const parts = { go: completion('go'), taken: completion('taken'), never: completion('never') };
      kthread('holder', { daemon: true }, function* () {
        yield* parts.go.wait();
        if (use === 'locked') yield* kernel.page(0).lock();
        yield* parts.taken.complete();
        yield* parts.never.wait();
      });
      return parts;
    });
    const request = new SpyRequest(mode);
    const run = () =>
      runVm(kernel, function* () {
        const { list } = yield* driver.isolated(1);
        if (use === 'under writeback') yield* kernel.page(0).setFlags(PageFlag.writeback);
        yield* go.complete();
        yield* taken.wait();
        kernel.machine.current!.inReclaim = reclaim;
        return { rc: yield* migratePages(list, request), left: list.peek().length };
      });
    return { run, driver, request };
  }

  it.each(ROWS.map((row) => ({ ...row, name: migrateModeName(row.mode) })))(
    '$use, $name, in reclaim: $reclaim, $ends after $attempts',
    ({ use, mode, reclaim, attempts, ends }) => {
      const { run, driver, request } = inUse(use, mode, reclaim ?? false);
      if (ends === 'sleeps') {
        const error = misuse(run);
        expect(error.code).toBe('MP_DEADLOCK');
        expect(error.message).toMatch(/main waits in .*page 0/);
      } else {
        const left = ends === 'fails' && profile === linux510 ? 0 : 1;
        expect(run()).toEqual({ rc: 1, left });
      }
      expect(request.allocated).toHaveLength(attempts);
      expect(request.givenBack).toHaveLength(ends === 'sleeps' ? attempts - 1 : attempts);
      expect(driver.calls.filter((call) => call.startsWith('migrate'))).toEqual([]);
    },
  );

  it.each([async, sync])('whose target is locked is tried ten times in mode %d', (mode) => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const request = {
      allocated: 0,
      *getNewPage(page: Page): Op<Page | null> {
        request.allocated++;
        const target = yield* allocSameNode(page);
        yield* target!.lock();
        return target;
      },
      *freePage(page: Page): Op<void> {
        yield* page.unlock();
        yield* page.put();
      },
      mode,
      reason: MigrateReason.compaction,
    };
    const rc = runVm(kernel, function* () {
      const { list } = yield* driver.isolated(1);
      return yield* migratePages(list, request);
    });
    expect(rc).toBe(1);
    expect(request.allocated).toBe(10);
    expect(driver.calls).toEqual([]);
  });

  it.each([sync, syncLight])(
    'moves once its lock is dropped while the fourth pass sleeps, mode %d',
    (mode) => {
      const kernel = smallKernel({ profile });
      const driver = new ScriptedDriver(kernel);
      const { go, taken } = kernel.machine.construct(() => {
        const parts = { go: completion('go'), taken: completion('taken'), never: completion('never') };
        kthread('holder', {}, function* () {
          yield* parts.go.wait();
          yield* kernel.page(0).lock();
          yield* parts.taken.complete();
          yield* parts.never.wait(5);
          yield* kernel.page(0).unlock();
        });
        return parts;
      });
      const request = new SpyRequest(mode);
      const rc = runVm(kernel, function* () {
        const { list } = yield* driver.isolated(1);
        yield* go.complete();
        yield* taken.wait();
        return yield* migratePages(list, request);
      });
      expect(rc).toBe(0);
      expect(request.allocated).toHaveLength(4);
      expect(driver.calls).toHaveLength(1);
    },
  );
});

describe('the order of a permanent failure under linux-5.10', () => {
  it('is: off the list, putback, then the target is given back', () => {
    const kernel = smallKernel();
    const driver = new ScriptedDriver(kernel);
    driver.migrate = function* (): Op<number> {
      return -EINVAL;
    };
    const order: string[] = [];
    driver.putback = (page: Page) =>
      void order.push(`putback, on list: ${kernel.lists.listOf(page.pfn) !== null}`);
    runVm(kernel, function* () {
      const { list } = yield* driver.isolated(1);
      yield* migratePages(list, {
        ...new SpyRequest(),
        *freePage(page) {
          order.push('target given back');
          yield* page.put();
        },
      });
    });
    expect(order).toEqual(['putback, on list: false', 'target given back']);
  });
});
