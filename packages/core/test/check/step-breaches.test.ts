import { DEFAULT_SCHEDULE, Monitor, replaySchedule, type ViolationSink } from '@movable-pages/explore';
import type { KThread, Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { PageFlag, resultBreaches, stepBreaches, type Kernel, type Page } from '../../src/index.ts';
import { runVm, smallKernel } from '../support.ts';

/** What the check says of the steps of a thread. */
function breachesOf(body: (page: Page) => Op<unknown>): string[] {
  const kernel = smallKernel();
  const seen: string[] = [];
  class Watch extends Monitor {
    override begin(_sink: ViolationSink): void {}
    override step(thread: KThread): void {
      seen.push(...stepBreaches(kernel, thread));
    }
  }
  kernel.machine.thread('vm', { party: 'vm' }, () => body(kernel.page(3)));
  kernel.machine.seal();
  replaySchedule({ machine: kernel.machine, monitors: [new Watch()] }, DEFAULT_SCHEDULE);
  return seen;
}

describe('stepBreaches', () => {
  it('finds a flag that is set on a free page', () => {
    expect(breachesOf((page) => page.setFlags(PageFlag.waiters))).toEqual([
      'vm does "fetchOr page 3 flags" while page 3 is free',
    ]);
  });

  it('says nothing of a page that somebody holds, of looks, and of other words', () => {
    expect(
      breachesOf(function* (page) {
        yield* page.readFlags();
        yield* page.tryGet();
        const mine = (yield* page.kernel.allocator.allocPage())!;
        yield* mine.setFlags(PageFlag.referenced);
        yield* mine.lock();
        yield* mine.unlock();
        yield* mine.put();
      }),
    ).toEqual([]);
  });
});

describe('resultBreaches', () => {
  const left = (kernel: Kernel, pages: number, rc: number) =>
    runVm(kernel, function* () {
      const list = kernel.lists.create('left', 'vm');
      for (let i = 0; i < pages; i++) list.add((yield* kernel.allocator.allocPage())!);
      return resultBreaches(rc, list);
    });

  it.each([
    [0, 0],
    [2, 2],
    [1, -12],
  ])('has nothing against %i left and %i returned', (pages, rc) => {
    expect(left(smallKernel(), pages, rc)).toEqual([]);
  });

  it.each([
    [0, 1, 'migration gave 1, and 0 pages are left on the list'],
    [1, 0, 'migration gave 0, and 1 page is left on the list'],
  ])('complains of %i left and %i returned', (pages, rc, words) => {
    expect(left(smallKernel(), pages, rc)).toEqual([words]);
  });
});
