import { type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCHEDULE, replaySchedule } from '@movable-pages/explore';
import {
  clearPageMovable,
  Errno,
  isolateMovablePage,
  IsolateMode,
  linux510,
  linux61,
  mutex,
  completion,
  PageFlag,
  type Kernel,
  type Page,
} from '../../src/index.ts';
import { misuse, runVm, ScriptedDriver, smallKernel, stateOf } from '../support.ts';

/** The operations of the VM and of its callbacks, in order, of one isolation. */
function operationsOf(prepare: (driver: ScriptedDriver) => Op<Page>): string[] {
  const kernel = smallKernel();
  const driver = new ScriptedDriver(kernel);
  kernel.machine.thread('vm', { party: 'vm' }, function* () {
    const page = yield* prepare(driver);
    kernel.machine.enterScope('vm', 'isolateMovablePage', 2, true);
    yield* isolateMovablePage(page, 0);
    kernel.machine.leaveScope();
    if (page.lockedByMe()) yield* page.unlock();
  });
  kernel.machine.seal();
  const { trace, violation } = replaySchedule({ machine: kernel.machine, monitors: [] }, DEFAULT_SCHEDULE);
  expect(violation).toBeNull();
  const from = trace.findIndex((entry) => entry.text === 'isolateMovablePage' && entry.kind === 'enter');
  const to = trace.findIndex((entry) => entry.text === 'isolateMovablePage' && entry.kind === 'leave');
  return trace
    .slice(from + 1, to)
    .map((entry) =>
      entry.kind === 'op'
        ? `${entry.text}${entry.result === undefined ? '' : ` = ${entry.result}`}`
        : `${entry.kind} ${entry.text}`,
    );
}

describe('isolateMovablePage, step by step', () => {
  it('references, asks without the lock, locks, asks again, calls the driver, marks, unlocks', () => {
    const movable = 1 * 4 + 2;
    expect(operationsOf((driver) => driver.allocate())).toEqual([
      'incrementUnlessZero page 0 refCount = true',
      `load page 0 mapping = ${movable}`,
      'tryAcquire page 0 lock = true',
      `load page 0 mapping = ${movable}`,
      'enter scripted.isolatePage',
      'leave scripted.isolatePage',
      'fetchOr page 0 flags | 0x40000 = 1',
      'release page 0 lock',
    ]);
  });

  it('does not try the lock of a page that is not movable', () => {
    const operations = operationsOf(function* (driver) {
      return (yield* driver.kernel.allocator.allocPage())!;
    });
    expect(operations).toEqual([
      'incrementUnlessZero page 0 refCount = true',
      'load page 0 mapping = 0',
      expect.stringContaining('fetchAdd page 0 refCount'),
    ]);
  });

  it('does nothing to a free page but look at its count', () => {
    const operations = operationsOf(function* (driver) {
      return driver.kernel.page(5);
    });
    expect(operations).toEqual(['incrementUnlessZero page 5 refCount = false']);
  });

  it('drops its reference after the lock when the driver refuses', () => {
    const operations = operationsOf(function* (driver) {
      driver.isolate = () => false;
      return yield* driver.allocate();
    });
    expect(operations.slice(-3)).toEqual([
      'leave scripted.isolatePage',
      'release page 0 lock',
      expect.stringContaining('fetchAdd page 0 refCount'),
    ]);
  });
});

describe.each([linux510, linux61])('isolateMovablePage under $name', (profile) => {
  it('leaves the page isolated, unlocked, with one reference more that is the VM’s', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const result = runVm(kernel, function* () {
      const page = yield* driver.allocate();
      const before = stateOf(page);
      return { rc: yield* isolateMovablePage(page, 0), before, after: stateOf(page) };
    });
    expect(result.rc).toBe(0);
    expect(result.before).toMatchObject({ flags: 0, refCount: 1, holders: { driver: 1 } });
    expect(result.after).toEqual({
      ...result.before,
      flags: PageFlag.isolated,
      refCount: 2,
      holders: { driver: 1, vm: 1 },
    });
    expect(driver.calls).toEqual(['isolate 0']);
  });

  interface Refusal {
    readonly why: string;
    readonly prepare: (driver: ScriptedDriver, kernel: Kernel) => Op<Page>;
    readonly calls: string[];
  }

  function refusingDriver(answer: unknown): Refusal['prepare'] {
    return function* (driver) {
      driver.isolate = () => answer;
      return yield* driver.allocate();
    };
  }

  const REFUSALS: readonly Refusal[] = [
    {
      why: 'a free page',
      prepare: function* (_driver, kernel) {
        return kernel.page(3);
      },
      calls: [],
    },
    {
      why: 'a page that is not movable',
      prepare: function* (_driver, kernel) {
        return (yield* kernel.allocator.allocPage())!;
      },
      calls: [],
    },
    {
      why: 'a locked page',
      prepare: function* (driver) {
        const page = yield* driver.allocate();
        yield* page.lock();
        return page;
      },
      calls: [],
    },
    {
      why: 'a page that its driver has let go of',
      prepare: function* (driver) {
        const page = yield* driver.allocate();
        yield* page.lock();
        yield* clearPageMovable(page);
        yield* page.unlock();
        return page;
      },
      calls: [],
    },
    {
      why: 'a page that is isolated already',
      prepare: function* (driver) {
        const page = yield* driver.allocate();
        yield* isolateMovablePage(page, 0);
        driver.calls.length = 0;
        return page;
      },
      calls: [],
    },
    { why: 'a driver that says false', prepare: refusingDriver(false), calls: ['isolate 0'] },
    { why: 'a driver that says nothing', prepare: refusingDriver(undefined), calls: ['isolate 0'] },
    { why: 'a driver that says 1', prepare: refusingDriver(1), calls: ['isolate 0'] },
    { why: 'a driver that says yes', prepare: refusingDriver('yes'), calls: ['isolate 0'] },
  ];

  it.each(REFUSALS)('gives -EBUSY for $why and leaves everything as it was', ({ prepare, calls }) => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const result = runVm(kernel, function* () {
      const page = yield* prepare(driver, kernel);
      const picture = () => ({
        page: stateOf(page),
        free: kernel.allocator.freePages(0),
        held: kernel.machine.current!.held.length,
      });
      const before = picture();
      const rc = yield* isolateMovablePage(page, 0);
      const after = picture();
      if (page.lockedByMe()) yield* page.unlock();
      return { rc, before, after };
    });
    expect(result.rc).toBe(-Errno.EBUSY);
    expect(result.after).toEqual(result.before);
    expect(driver.calls).toEqual(calls);
  });

  it('frees the page if its owner did so meanwhile and the driver refuses', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    driver.isolate = function* (page: Page): Op<boolean> {
      yield* clearPageMovable(page);
      yield* page.put();
      return false;
    };
    const { rc, page } = runVm(kernel, function* () {
      const made = yield* driver.allocate();
      return { page: made, rc: yield* isolateMovablePage(made, 0) };
    });
    expect(rc).toBe(-Errno.EBUSY);
    expect(stateOf(page)).toMatchObject({ refCount: 0, mapping: 0, flags: 0, holders: {} });
    expect(kernel.allocator.freePages(0)).toBe(8);
  });

  it('warns of a driver that set PG_isolated itself', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const warnings: string[] = [];
    kernel.events.on('vm_warning', ({ what }) => warnings.push(what));
    driver.isolate = function* (page: Page): Op<boolean> {
      yield* page.setFlags(PageFlag.isolated);
      return true;
    };
    runVm(kernel, function* () {
      yield* isolateMovablePage(yield* driver.allocate(), 0);
    });
    expect(warnings).toEqual(['scripted.isolatePage set PG_isolated itself']);
  });

  it('calls the driver with the page locked and not yet marked, and tells what it said', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const seen: unknown[] = [];
    kernel.events.on('driver_isolate_enter', ({ page, mode }) =>
      seen.push(['enter', page.lockedByMe(), page.peekFlags(), mode]),
    );
    kernel.events.on('driver_isolate', ({ page, result }) =>
      seen.push(['leave', page.lockedByMe(), page.peekFlags(), result]),
    );
    runVm(kernel, function* () {
      yield* isolateMovablePage(yield* driver.allocate(), IsolateMode.unevictable);
    });
    expect(seen).toEqual([
      ['enter', true, PageFlag.locked, IsolateMode.unevictable],
      ['leave', true, PageFlag.locked, true],
    ]);
  });

  it('does not let the driver drop the page lock', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    driver.isolate = (page: Page) => page.unlock();
    const error = misuse(() =>
      runVm(kernel, function* () {
        yield* isolateMovablePage(yield* driver.allocate(), 0);
      }),
    );
    expect(error.code).toBe('MP_PINNED_LOCK_DROPPED');
    expect(error.message).toContain('scripted.isolatePage releases page 0 lock');
  });

  it.each([
    { mode: IsolateMode.asyncMigrate, what: 'a mutex', code: 'MP_SLEEP_IN_CALLBACK' },
    { mode: 0, what: 'a mutex', code: null },
    { mode: 0, what: 'an event', code: 'MP_SLEEP_IN_CALLBACK' },
  ])('in mode $mode a driver that waits for $what ends with $code', ({ mode, what, code }) => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const { lock, done } = kernel.machine.construct(() => ({
      lock: mutex('lock'),
      done: completion('done'),
    }));
    driver.isolate = function* (): Op<boolean> {
      if (what === 'an event') yield* done.wait();
      yield* lock.acquire();
      yield* lock.release();
      return true;
    };
    const run = () =>
      runVm(kernel, function* () {
        return yield* isolateMovablePage(yield* driver.allocate(), mode);
      });
    if (code === null) expect(run()).toBe(0);
    else expect(misuse(run).code).toBe(code);
  });
});
