import { runDirect, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCHEDULE, replaySchedule } from '@movable-pages/explore';
import {
  allocSameNode,
  Errno,
  isolateMovablePage,
  kernelProfiles,
  linux510,
  linux61,
  MigrateMode,
  MigrateReason,
  migratePages,
  pageList,
  PageFlag,
  putbackMovablePages,
  type Kernel,
  type Page,
} from '../src/index.ts';
import { ScriptedDriver, smallKernel, stateOf } from './support.ts';

/** A reproducible source of numbers in [0, bound). */
function numbers(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % bound;
  };
}

/** Everything of a kernel that an execution may change. */
function picture(kernel: Kernel) {
  const { machine, frames } = kernel;
  const pages = Array.from({ length: frames.count }, (_, pfn) => kernel.page(pfn));
  return {
    words: [...machine.words],
    pages: pages.map((page) => [stateOf(page), kernel.lists.listOf(page.pfn)?.name]),
    contents: pages.map((page) =>
      Array.from({ length: 16 }, (_, index) => kernel.contents.peek(page.pfn, index)),
    ),
    locations: machine.heap.locations,
  };
}

/** A few dozen things that a VM and a driver do with pages, by chance. */
function* actAtRandom(kernel: Kernel, driver: ScriptedDriver, next: (bound: number) => number): Op<void> {
  const answers = [0, -Errno.EAGAIN, -Errno.EBUSY];
  driver.migrate = function* (newPage, oldPage): Op<number> {
    const answer = answers[next(3)]!;
    return answer === 0 ? yield* driver.move(newPage, oldPage) : answer;
  };
  const mine: Page[] = [];
  const isolated = kernel.lists.create('isolated', 'vm');
  for (let n = 0; n < 30; n++) {
    const page = mine[next(Math.max(mine.length, 1))];
    switch (next(6)) {
      case 0:
        if (kernel.allocator.freePages(0) > 3) mine.push(yield* driver.allocate(next(1000)));
        break;
      case 1:
        if (page !== undefined) page.writeWord(next(16), next(1000));
        break;
      case 2:
        if (page !== undefined && page.refCount === 1) {
          mine.splice(mine.indexOf(page), 1);
          yield* driver.release(page);
        }
        break;
      case 3:
        if (page !== undefined && (yield* isolateMovablePage(page, 0)) === 0) {
          mine.splice(mine.indexOf(page), 1);
          isolated.addTail(page);
        }
        break;
      case 4:
        yield* migratePages(isolated, {
          getNewPage: allocSameNode,
          freePage: null,
          mode: MigrateMode.async,
          reason: MigrateReason.compaction,
        });
        break;
      default:
        if (page !== undefined) yield* page.setFlags(PageFlag.dirty);
    }
  }
  if (next(2) === 0) yield* putbackMovablePages(isolated);
}

describe('Kernel', () => {
  it('is made with eight pages of one node under the default profile', () => {
    const kernel = smallKernel();
    expect(kernel.frames.count).toBe(8);
    expect(kernel.profile).toBe(linux510);
    expect(kernel.contents.pageWords).toBe(16);
  });

  it('has its profiles by name', () => {
    expect([...kernelProfiles]).toEqual([
      ['linux-5.10', linux510],
      ['linux-6.1', linux61],
    ]);
  });

  it.each([linux510, linux61])(
    'is restored by begin, whatever the execution before did ($name)',
    (profile) => {
      const kernel = smallKernel({ profile });
      const driver = new ScriptedDriver(kernel);
      kernel.machine.construct(() => pageList(kernel, 'driver pages'));
      kernel.machine.begin();
      const before = picture(kernel);
      for (let seed = 1; seed <= 60; seed++) {
        runDirect(kernel.machine, () => actAtRandom(kernel, driver, numbers(seed)));
        expect(picture(kernel)).not.toEqual(before);
        kernel.machine.begin();
        expect(picture(kernel), `after seed ${seed}`).toEqual(before);
      }
    },
  );

  it.each([linux510, linux61])('does the same for the same seed ($name)', (profile) => {
    const kernel = smallKernel({ profile });
    const driver = new ScriptedDriver(kernel);
    const after = [5, 6, 7, 5].map((seed) => {
      runDirect(kernel.machine, () => actAtRandom(kernel, driver, numbers(seed)));
      return JSON.stringify(picture(kernel));
    });
    expect(after[3]).toBe(after[0]);
    expect(after[1]).not.toBe(after[0]);
  });

  it.each([linux510, linux61])(
    'ends up the same under the direct executor and in the explorer’s first schedule ($name)',
    (profile) => {
      for (let seed = 1; seed <= 20; seed++) {
        const ends = ['direct', 'explorer'].map((how) => {
          const kernel = smallKernel({ profile });
          const driver = new ScriptedDriver(kernel);
          kernel.machine.thread('vm', { party: 'vm' }, () => actAtRandom(kernel, driver, numbers(seed)));
          kernel.machine.seal();
          if (how === 'direct') runDirect(kernel.machine, function* () {});
          else
            expect(
              replaySchedule({ machine: kernel.machine, monitors: [] }, DEFAULT_SCHEDULE).violation,
            ).toBeNull();
          return { ...picture(kernel), calls: driver.calls };
        });
        expect(ends[1], `seed ${seed}`).toEqual(ends[0]);
      }
    },
    // A replay notes where every operation was made.
    30_000,
  );
});
