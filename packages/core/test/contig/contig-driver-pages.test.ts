import { describe, expect, test } from 'vitest';
import {
  allocContigRange,
  Errno,
  freeContigRange,
  Gfp,
  Kernel,
  linux510,
  linux61,
  type KernelProfile,
  type Op,
  type Page,
} from '../../src/index.ts';
import { misuse, runVm, ScriptedDriver } from '../support.ts';

const BLOCK = 8;

interface Scene {
  readonly kernel: Kernel;
  readonly driver: ScriptedDriver;
  /** Driver pages by the first frames of a page block. */
  readonly pages: Page[];
  readonly start: number;
}

/** Runs `body` on a machine of page blocks of 8, in one of which a driver owns the first pages. */
function scene(owned: number, body: (scene: Scene) => Op<void>, profile: KernelProfile = linux61): void {
  const kernel = new Kernel({
    profile,
    nodes: [64],
    pageSize: 64,
    buddy: { pageBlockOrder: 3, minFreeKbytes: 0 },
  });
  const driver = new ScriptedDriver(kernel);
  runVm(kernel, function* () {
    const first = (yield* kernel.allocator.allocPages({ order: 3 }))!;
    yield* kernel.allocator.splitBlock(first, 3);
    const frames = Array.from({ length: BLOCK }, (_, n) => kernel.page(first.pfn + n));
    for (const frame of frames.slice(owned)) yield* frame.put();
    const pages = frames.slice(0, owned);
    for (const page of pages) yield* driver.own(page, 100 + page.pfn);
    const free = kernel.allocator.freePages(0);
    yield* body({ kernel, driver, pages, start: first.pfn });
    expect(kernel.allocator.freePages(0), 'free pages afterwards').toBe(free);
    expect(blockTypes(kernel), 'no block stays isolated').not.toContain(5);
  });
}

function blockTypes(kernel: Kernel): number[] {
  const blocks = kernel.memory.blocks!;
  return Array.from({ length: 64 / BLOCK }, (_, block) => blocks.typeOf(block * BLOCK));
}

describe.each([linux510, linux61])('alloc_contig_range ($name)', (profile) => {
  test('moves driver pages away, last isolated first, and gives every frame with one reference', () => {
    scene(
      3,
      function* ({ kernel, driver, start }) {
        expect(yield* allocContigRange(kernel, start, start + 3)).toBe(0);
        const [a, b, c] = [start, start + 1, start + 2];
        expect(driver.calls.slice(0, 3)).toEqual([`isolate ${a}`, `isolate ${b}`, `isolate ${c}`]);
        const moved = driver.calls.slice(3).map((call) => call.split(' ')[1]);
        expect(moved).toEqual([c, b, a].map(String));
        expect([a, b, c].map((pfn) => kernel.page(pfn).refCount)).toEqual([1, 1, 1]);
        // The whole block was free and was taken as one: 3 pages isolated, 8 taken.
        expect(kernel.vmstat.read('compact_isolated')).toBe(3 + BLOCK);
        yield* freeContigRange(kernel, start, start + 3);
      },
      profile,
    );
  });

  test('gives up before anything moves if a page of the range cannot', () => {
    scene(
      3,
      function* ({ kernel, driver, pages, start }) {
        const calls: unknown[] = [];
        kernel.events.on('mm_migrate_pages', (call) => calls.push(call));
        yield* driver.makePlain(pages[1]!);
        expect(yield* allocContigRange(kernel, start, start + 3)).toBe(-Errno.EBUSY);
        expect(driver.calls).toEqual([]);
        expect(calls).toEqual([]);
        // The rest of the block does not matter.
        expect(yield* allocContigRange(kernel, start + 2, start + 3)).toBe(0);
        yield* freeContigRange(kernel, start + 2, start + 3);
      },
      profile,
    );
  });

  test('passes over a page that cannot be isolated, moves the others, and is busy', () => {
    scene(
      3,
      function* ({ kernel, driver, pages, start }) {
        driver.isolate = (page) => page !== pages[1];
        expect(yield* allocContigRange(kernel, start, start + 3)).toBe(-Errno.EBUSY);
        expect(driver.calls.filter((call) => call.startsWith('migrate'))).toHaveLength(2);
        expect([0, 1, 2].map((n) => kernel.page(start + n).refCount)).toEqual([0, 1, 0]);
      },
      profile,
    );
  });

  test('ends at once when there is no memory for a target', () => {
    scene(
      2,
      function* ({ kernel, driver, start }) {
        driver.migrate = function* () {
          return -Errno.ENOMEM;
        };
        expect(yield* allocContigRange(kernel, start, start + 2)).toBe(-Errno.ENOMEM);
        expect(driver.calls.slice(-2).every((call) => call.startsWith('putback'))).toBe(true);
        expect(driver.calls.filter((call) => call.startsWith('migrate'))).toHaveLength(1);
      },
      profile,
    );
  });

  test('a frame that somebody still refers to is busy, though its page has moved', () => {
    scene(
      1,
      function* ({ kernel, pages, start }) {
        yield* pages[0]!.get();
        expect(yield* allocContigRange(kernel, start, start + 1)).toBe(-Errno.EBUSY);
        expect(kernel.page(start).refCount).toBe(1);
        yield* pages[0]!.put();
        expect(yield* allocContigRange(kernel, start, start + 1)).toBe(0);
        yield* freeContigRange(kernel, start, start + 1);
      },
      profile,
    );
  });
});

test('a page that says EAGAIN is tried in five calls of ten passes, under linux-6.1 also one that says EBUSY', () => {
  const attempts = (error: number): [number, number] => {
    let calls = 0;
    let migrations = 0;
    scene(1, function* ({ kernel, driver, start }) {
      kernel.events.on('mm_migrate_pages', () => calls++);
      driver.migrate = function* () {
        migrations++;
        return -error;
      };
      expect(yield* allocContigRange(kernel, start, start + 1)).toBe(-Errno.EBUSY);
      expect(driver.calls.filter((call) => call.startsWith('putback'))).toHaveLength(1);
    });
    return [calls, migrations];
  };
  expect(attempts(Errno.EAGAIN)).toEqual([5, 50]);
  expect(attempts(Errno.EBUSY)).toEqual([5, 5]);
});

test('nobody gets a page of the range while it is being emptied', () => {
  scene(2, function* ({ kernel, driver, start }) {
    const given: number[] = [];
    driver.migrate = function* (newPage, oldPage) {
      for (let n = 0; n < 40; n++) given.push((yield* kernel.allocator.allocPage({ gfp: Gfp.kernel }))!.pfn);
      const rc = yield* driver.move(newPage, oldPage);
      for (const pfn of given.splice(0)) {
        expect(pfn >= start && pfn < start + BLOCK, `page ${pfn}`).toBe(false);
        yield* kernel.page(pfn).put();
      }
      return rc;
    };
    expect(yield* allocContigRange(kernel, start, start + 2)).toBe(0);
    yield* freeContigRange(kernel, start, start + 2);
  });
});

test('a range that the machine has not, or has no page blocks for, is a mistake of the caller', () => {
  const kernel = new Kernel({ nodes: [64], pageSize: 64, buddy: { pageBlockOrder: 3 } });
  const plain = new Kernel({ nodes: [8], pageSize: 64 });
  const ranges = [
    [kernel, 60, 65],
    [kernel, 8, 8],
    [kernel, -1, 8],
    [plain, 0, 4],
  ] as const;
  for (const [on, start, end] of ranges) {
    const mistake = misuse(() => runVm(on, () => allocContigRange(on, start, end)));
    expect(mistake.code).toBe('MP_PARAMETER');
  }
});
