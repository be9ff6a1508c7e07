import { kthread, shared, spinLock, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '@movable-pages/explore';
import { completion, PageFlag, setPageMovable, type Page } from '../../src/index.ts';
import { misuse, runVm, ScriptedDriver, smallKernel, stateOf } from '../support.ts';

/** Runs `body` with a page that the VM holds. */
function withPage<T>(body: (page: Page) => Op<T>): T {
  const kernel = smallKernel();
  return runVm(kernel, function* () {
    return yield* body((yield* kernel.allocator.allocPage())!);
  });
}

describe('Page', () => {
  it('has one handle for each frame and none for frames that are not there', () => {
    const kernel = smallKernel();
    expect(kernel.page(3)).toBe(kernel.page(3));
    expect(kernel.page(3).toString()).toBe('page 3');
    for (const pfn of [-1, 8, 0.5, Number.NaN])
      expect(misuse(() => kernel.page(pfn)).code).toBe('MP_PARAMETER');
  });

  it('is kept by its last reference', () => {
    const counts = withPage(function* (page) {
      yield* page.get();
      yield* page.put();
      const held = page.refCount;
      yield* page.put();
      return [held, page.refCount, page.kernel.allocator.freePages(0)];
    });
    expect(counts).toEqual([1, 0, 8]);
  });

  it('is not taken by tryGet once it is free', () => {
    const taken = withPage(function* (page) {
      const live = yield* page.tryGet();
      yield* page.put();
      yield* page.put();
      return [live, yield* page.tryGet(), page.refCount];
    });
    expect(taken).toEqual([true, false, 0]);
  });

  it('has no more references dropped than it has', () => {
    const error = misuse(() =>
      withPage(function* (page) {
        yield* page.put();
        yield* page.put();
      }),
    );
    expect(error.code).toBe('MP_COUNTER_UNDERFLOW');
    expect(error.details).toMatchObject({ subject: 'page 0 refCount', received: '0' });
  });

  describe('while it is free', () => {
    const uses: [string, (page: Page) => Op<unknown>][] = [
      ['a reference', (page) => page.get()],
      ['the lock', (page) => page.lock()],
      ['a try of the lock', (page) => page.tryLock()],
      [
        'a read of its contents',
        function* (page) {
          return page.readWord(0);
        },
      ],
      [
        'a write to its contents',
        function* (page) {
          page.writeWord(0, 1);
        },
      ],
      [
        'a read of private',
        function* (page) {
          return page.private;
        },
      ],
      [
        'a write to private',
        function* (page) {
          page.private = 1;
        },
      ],
      [
        'a read of index',
        function* (page) {
          return page.index;
        },
      ],
      [
        'a write to index',
        function* (page) {
          page.index = 1;
        },
      ],
    ];

    it.each(uses)('%s is a use after free that names who freed it, and where', (_what, use) => {
      const kernel = smallKernel();
      kernel.machine.captureSites = true;
      const error = misuse(() =>
        runVm(kernel, function* () {
          const page = (yield* kernel.allocator.allocPage())!;
          const freer = yield* kernel.machine.spawn('freer', function* () {
            yield* page.put();
          });
          yield* kernel.machine.join(freer);
          yield* use(page);
        }),
      );
      expect(error.code).toBe('MP_USE_AFTER_FREE');
      expect(error.message).toContain('freer freed it');
      expect(error.details.thereWhat).toBe('freed by freer');
      expect(error.details.there).toContain('page.test.ts');
      expect(error.details.here).toContain('page.test.ts');
    });

    it('setPageMovable is one too', () => {
      const kernel = smallKernel();
      const driver = new ScriptedDriver(kernel);
      const error = misuse(() => runVm(kernel, () => setPageMovable(kernel.page(2), driver.mapping)));
      expect(error.message).toContain('it is marked movable');
      expect(error.details.thereWhat).toBe('never allocated');
    });

    it('says nothing of who freed it in an execution before', () => {
      const kernel = smallKernel();
      runVm(kernel, function* () {
        yield* (yield* kernel.allocator.allocPage())!.put();
      });
      const error = misuse(() => runVm(kernel, () => kernel.page(0).lock()));
      expect(error.details.thereWhat).toBe('never allocated');
    });
  });

  it('keeps its words and its contents', () => {
    const kept = withPage(function* (page) {
      page.private = 11;
      page.index = 12;
      page.writeWord(15, 13);
      return [page.private, page.index, page.readWord(15)];
    });
    expect(kept).toEqual([11, 12, 13]);
  });

  it('sets and clears flags, giving the old ones', () => {
    const seen = withPage(function* (page) {
      const first = yield* page.setFlags(PageFlag.dirty | PageFlag.uptodate);
      const second = yield* page.clearFlags(PageFlag.dirty);
      return [first, second, yield* page.readFlags()];
    });
    expect(seen).toEqual([0, PageFlag.dirty | PageFlag.uptodate, PageFlag.uptodate]);
  });
});

describe('the page lock', () => {
  it('is held by the thread that took it', () => {
    const held = withPage(function* (page) {
      const before = page.lockedByMe();
      yield* page.lock();
      const during = page.lockedByMe();
      const again = yield* page.tryLock();
      yield* page.unlock();
      return [before, during, again, page.lockedByMe()];
    });
    expect(held).toEqual([false, true, false, false]);
  });

  it('is not recursive', () => {
    const error = misuse(() =>
      withPage(function* (page) {
        yield* page.lock();
        yield* page.lock();
      }),
    );
    expect(error.code).toBe('MP_RECURSIVE_LOCK');
    expect(error.message).toContain('main waits for page 0 lock, which it holds itself');
  });

  it('marks that somebody waits, and takes the mark off when it is dropped', () => {
    const kernel = smallKernel();
    const flags: number[] = [];
    const { taken } = kernel.machine.construct(() => {
      const parts = { taken: completion('taken'), never: completion('never') };
      kthread('holder', {}, function* () {
        yield* parts.taken.wait();
        yield* parts.never.wait(5);
        flags.push(kernel.page(0).peekFlags());
      });
      return parts;
    });
    runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      yield* page.lock();
      const waiter = yield* kernel.machine.spawn('waiter', function* () {
        yield* page.lock();
        yield* page.unlock();
      });
      yield* taken.complete();
      yield* kernel.machine.yieldNow();
      flags.push(page.peekFlags());
      yield* page.unlock();
      yield* kernel.machine.join(waiter);
    });
    expect(flags).toEqual([PageFlag.locked | PageFlag.waiters, 0]);
  });

  it('lets everybody through in turn in every schedule, and leaves no mark', () => {
    const kernel = smallKernel({ nodes: [1] });
    const { machine } = kernel;
    machine.refusedChoices = new Set(['page allocation fails']);
    const ready = machine.construct(() => completion('ready'));
    machine.thread('owner', {}, function* () {
      yield* kernel.allocator.allocPage();
      yield* ready.completeAll();
    });
    for (const name of ['one', 'two']) {
      machine.thread(name, {}, function* () {
        yield* ready.wait();
        const page = kernel.page(0);
        yield* page.lock();
        page.private = page.private + 1;
        yield* page.unlock();
        yield* page.waitUntilUnlocked();
      });
    }
    machine.seal();
    const ending = () => {
      const { flags, private: passed } = stateOf(kernel.page(0));
      return `flags ${flags}, ${passed} came through`;
    };
    const result = explore({ machine, monitors: [], ending });
    expect(result).toMatchObject({ found: [], exhausted: true });
    expect(result.endings.entries.map(({ text }) => text)).toEqual(['flags 0, 2 came through']);
  });
});

describe('a page that is freed while somebody reads it', () => {
  /** A reader that learns of a page under a lock and reads it after, and an owner that frees it. */
  function program(lastRead: 'in the lock' | 'after the lock') {
    const kernel = smallKernel({ nodes: [1] });
    const { machine } = kernel;
    machine.refusedChoices = new Set(['page allocation fails']);
    machine.construct(() => {
      const lock = spinLock('lock');
      const state = shared({ there: false });
      kthread('owner', {}, function* () {
        const page = (yield* kernel.allocator.allocPage())!;
        yield* lock.acquire();
        state.there = true;
        yield* lock.release();
        yield* lock.acquire();
        state.there = false;
        yield* lock.release();
        yield* page.put();
      });
      kthread('reader', {}, function* () {
        yield* lock.acquire();
        const { there } = state;
        if (there && lastRead === 'in the lock') kernel.page(0).readWord(0);
        yield* lock.release();
        if (there && lastRead === 'after the lock') kernel.page(0).readWord(0);
      });
    });
    machine.seal();
    return { machine, monitors: [] };
  }

  it('is a race if nothing orders the read before the free', () => {
    const result = explore(program('after the lock'));
    expect(result.found[0]?.violation).toMatchObject({ code: 'MP_DATA_RACE', subject: 'page 0 content[0]' });
  });

  it('is none if a lock does', () => {
    expect(explore(program('in the lock'), { preemptions: 3 })).toMatchObject({
      found: [],
      completedPreemptions: 3,
    });
  });
});
