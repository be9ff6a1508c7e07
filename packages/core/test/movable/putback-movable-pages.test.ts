import { type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  completion,
  kthread,
  linux510,
  linux61,
  PageFlag,
  putbackMovablePage,
  putbackMovablePages,
  type Page,
} from '../../src/index.ts';
import { runVm, ScriptedDriver, smallKernel, stateOf } from '../support.ts';

describe.each([linux510, linux61])('putbackMovablePages under $name', (profile) => {
  it('gives every page back, first to last, and empties the list', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const { pages, left } = runVm(kernel, function* () {
      const made = yield* driver.isolated(3);
      yield* putbackMovablePages(made.list);
      return { pages: made.pages, left: made.list.peek() };
    });
    expect(driver.calls).toEqual(['putback 0', 'putback 1', 'putback 2']);
    expect(left).toEqual([]);
    for (const page of pages) {
      expect(stateOf(page)).toMatchObject({ flags: 0, refCount: 1, holders: { driver: 1 } });
    }
  });

  it('calls the driver with the page off the list, locked, and still marked isolated', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const seen: unknown[] = [];
    driver.putback = function* (page: Page): Op<void> {
      seen.push([kernel.lists.listOf(page.pfn), page.lockedByMe(), page.peekFlags(), page.refCount]);
    };
    runVm(kernel, function* () {
      const { list } = yield* driver.isolated(1);
      yield* putbackMovablePages(list);
    });
    expect(seen).toEqual([[null, true, PageFlag.locked | PageFlag.isolated, 2]]);
  });

  it('sleeps until somebody else drops the page lock', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const order: string[] = [];
    const { go, taken } = kernel.machine.construct(() => {
      const parts = { go: completion('go'), taken: completion('taken'), never: completion('never') };
      kthread('other', {}, function* () {
        yield* parts.go.wait();
        yield* kernel.page(0).lock();
        yield* parts.taken.complete();
        // Times out only once nobody else can go on.
        yield* parts.never.wait(5);
        order.push('other unlocks');
        yield* kernel.page(0).unlock();
      });
      return parts;
    });
    driver.putback = () => void order.push('putback');
    runVm(kernel, function* () {
      const { list } = yield* driver.isolated(1);
      yield* go.complete();
      yield* taken.wait();
      order.push('main puts back');
      yield* putbackMovablePages(list);
    });
    expect(order).toEqual(['main puts back', 'other unlocks', 'putback']);
    expect(kernel.page(0).peekFlags()).toBe(0);
  });

  it('warns of a page that is not isolated', () => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const warnings: string[] = [];
    kernel.events.on('vm_warning', ({ what }) => warnings.push(what));
    runVm(kernel, function* () {
      const page = yield* driver.allocate();
      yield* page.get();
      yield* putbackMovablePage(page);
    });
    expect(warnings).toEqual(['putback of a page that is not isolated']);
  });
});
