import { describe, expect, it } from 'vitest';
import { pageList, type Kernel, type Page, type PageList } from '../../src/index.ts';
import { runDirect, type Op } from '@movable-pages/machine';
import { misuse, runVm, ScriptedDriver, smallKernel } from '../support.ts';

/** Runs `body` with live pages and two lists, one of the VM and one of a driver. */
function withLists<T>(
  body: (pages: Page[], vm: PageList, driver: PageList, kernel: Kernel) => T,
  tracked = true,
): T {
  const kernel = smallKernel({ tracked });
  const mine = kernel.machine.construct(() => pageList(kernel, 'driver list'));
  return runVm(kernel, function* () {
    const pages: Page[] = [];
    for (let n = 0; n < 4; n++) pages.push((yield* kernel.allocator.allocPage())!);
    return body(pages, kernel.lists.create('vm list', 'vm'), mine, kernel);
  });
}

function pfns(list: PageList): number[] {
  return list.peek().map((page) => page.pfn);
}

describe.each([true, false])('PageList (tracked: %s)', (tracked) => {
  it('keeps pages in order: the front, the end, the middle', () => {
    const seen = withLists(([a, b, c, d], list) => {
      list.addTail(b!);
      list.addTail(c!);
      list.add(a!);
      list.addTail(d!);
      const all = pfns(list);
      list.remove(b!);
      const middle = pfns(list);
      list.remove(a!);
      list.remove(d!);
      return { all, middle, one: pfns(list), length: list.length };
    }, tracked);
    expect(seen).toEqual({ all: [0, 1, 2, 3], middle: [0, 2, 3], one: [2], length: 1 });
  });

  it('is walked by first and next, and emptied by shift', () => {
    const seen = withLists((pages, list) => {
      for (const page of pages) list.addTail(page);
      const walked: number[] = [];
      for (let page = list.first(); page !== null; page = list.next(page)) walked.push(page.pfn);
      const shifted = [
        list.shift()?.pfn,
        list.shift()?.pfn,
        list.shift()?.pfn,
        list.shift()?.pfn,
        list.shift(),
      ];
      list.addTail(pages[1]!);
      return { walked, shifted, again: pfns(list) };
    }, tracked);
    expect(seen).toEqual({ walked: [0, 1, 2, 3], shifted: [0, 1, 2, 3, null], again: [1] });
  });
});

describe('PageList', () => {
  it('knows what is on it', () => {
    const seen = withLists(([a, b], vm, driver, kernel) => {
      vm.add(a!);
      return [vm.has(a!), vm.has(b!), driver.has(a!), kernel.lists.listOf(0)?.name, kernel.lists.listOf(1)];
    });
    expect(seen).toEqual([true, false, false, 'vm list', null]);
  });

  it.each([
    {
      what: 'added twice',
      use: (page: Page, list: PageList) => (list.add(page), list.add(page)),
      received: 'on vm list',
    },
    {
      what: 'removed from no list',
      use: (page: Page, list: PageList) => list.remove(page),
      received: 'on no list',
    },
  ])('is corrupt if a page is $what', ({ use, received }) => {
    const error = misuse(() => withLists(([page], list) => use(page!, list)));
    expect(error.code).toBe('MP_LIST_CORRUPTION');
    expect(error.details).toMatchObject({ received });
    expect(error.message).toContain('page 0');
  });

  it('is corrupt if a page is moved to another list of the same party without being taken off', () => {
    const error = misuse(() =>
      withLists(([page], list, _driver, kernel) => {
        list.add(page!);
        kernel.lists.create('other vm list', 'vm').add(page!);
      }),
    );
    expect(error.code).toBe('MP_LIST_CORRUPTION');
    expect(error.message).toContain('other vm list');
  });

  it.each([
    { what: 'adds', use: (page: Page, driver: PageList) => driver.add(page) },
    { what: 'removes', use: (page: Page, driver: PageList) => driver.remove(page) },
  ])('of the VM is not touched by a driver that $what its page', ({ use }) => {
    const error = misuse(() =>
      withLists(([page], vm, driver) => {
        vm.add(page!);
        use(page!, driver);
      }),
    );
    expect(error.code).toBe('MP_LRU_NOT_OWNED');
    expect(error.message).toContain('from isolation to putback the links belong to the VM');
  });

  it('takes no page that is free', () => {
    const error = misuse(() => withLists((_pages, list, _driver, kernel) => list.add(kernel.page(7))));
    expect(error.code).toBe('MP_USE_AFTER_FREE');
    expect(error.message).toContain('it is put on a list');
  });

  it('is not used after it was disposed of', () => {
    const error = misuse(() =>
      withLists(([page], list) => {
        list.dispose();
        list.add(page!);
      }),
    );
    expect(error.code).toBe('MP_USE_AFTER_FREE');
    expect(error.message).toContain('vm list disposed of');
  });

  it('that was disposed of is used again, by the thread that did so and under its name', () => {
    const kernel = smallKernel({ spareWords: 4096 });
    const { machine } = kernel;
    const heads: Record<string, number[]> = { one: [], two: [] };
    for (const name of ['one', 'two']) {
      machine.thread(name, {}, function* () {
        for (let n = 0; n < 50; n++) {
          const list = kernel.lists.create('again', 'vm');
          heads[name]!.push(list.head);
          list.dispose();
          yield* machine.yieldNow();
        }
      });
    }
    for (let run = 0; run < 2; run++) {
      runDirect(machine, function* () {});
      expect(new Set(heads.one).size).toBe(1);
      expect(new Set(heads.two).size).toBe(1);
      expect(heads.one![0]).not.toBe(heads.two![0]);
      expect(kernel.lists.create('another', 'vm').head).not.toBe(heads.one![0]);
    }
  });

  it('of a driver is made in its constructor, not later', () => {
    const error = misuse(() => withLists((_pages, _vm, _driver, kernel) => pageList(kernel, 'late')));
    expect(error.code).toBe('MP_LATE_LOCK');
  });

  it('is found out in a driver that leaves an isolated page on its own list', () => {
    const kernel = smallKernel();
    const driver = new ScriptedDriver(kernel);
    const own = kernel.machine.construct(() => pageList(kernel, 'balloon pages'));
    driver.isolate = function* (page: Page): Op<boolean> {
      own.add(page);
      return true;
    };
    const error = misuse(() => runVm(kernel, () => driver.isolated(1)));
    expect(error.code).toBe('MP_LRU_NOT_OWNED');
    expect(error.details.received).toBe('on balloon pages');
  });
});
