import { runDirect, type Op } from '@movable-pages/machine';
import { explore } from '@movable-pages/explore';
import { describe, expect, it } from 'vitest';
import {
  allocContigRange,
  checkMemory,
  Errno,
  freeContigRange,
  Gfp,
  Kernel,
  linux510,
  linux61,
  offlinePages,
  onlinePages,
  type KernelProfile,
} from '../../src/index.ts';
import { CellsDriver } from '../cells-driver.ts';

const CELLS = 3;

/** Eight pages, in page blocks of two, driver pages in frames 0 and 1; a scene to be explored. */
function scene(profile: KernelProfile): { kernel: Kernel; driver: CellsDriver } {
  const kernel = new Kernel({
    profile: { ...profile, passes: 4 },
    nodes: [8],
    pageSize: 64,
    spareWords: 512,
    buddy: { pageBlockOrder: 1, maxOrder: 2, minFreeKbytes: 0 },
  });
  const driver = kernel.machine.construct(() => new CellsDriver(kernel, CELLS));
  runDirect(
    kernel.machine,
    function* (): Op<void> {
      yield* driver.allocate(0);
      yield* driver.allocate(1);
    },
    { fresh: false },
  );
  kernel.machine.refusedChoices = new Set(['page allocation fails']);
  return { kernel, driver };
}

function* good(is: Op<boolean>): Op<void> {
  if (!(yield* is)) throw new Error('contents are spoiled, or no page');
}

/** Explores a thread of the VM against a user who frees one page of the range and allocates another. */
function exploreRange(profile: KernelProfile, body: (kernel: Kernel) => Op<number>) {
  const { kernel, driver } = scene(profile);
  const { machine } = kernel;
  const results = new Map<number, number>();
  const range = machine.thread('range', { party: 'vm' }, function* () {
    const rc = yield* body(kernel);
    results.set(rc, (results.get(rc) ?? 0) + 1);
  });
  const user = machine.thread('user', {}, function* () {
    yield* good(driver.free(0));
    yield* good(driver.allocate(2));
  });
  machine.thread('closer', { after: [range, user] }, function* () {
    for (let cell = 0; cell < CELLS; cell++) yield* good(driver.free(cell));
    checkMemory(kernel);
    if (kernel.allocator.freePages(0) !== 8) throw new Error('a page is lost');
    // Everything has merged: no page block stayed isolated.
    if (kernel.memory.zones[0]!.buddy!.areas.countAll(2) !== 2) throw new Error('a page block is lost');
  });
  machine.seal();
  const result = explore({ machine, monitors: [] }, { preemptions: 1, maxExecutions: 4000 });
  return { result, results };
}

describe.each([
  ['linux-5.10', linux510],
  ['linux-6.1', linux61],
])('beside a user, %s, all schedules with at most one preemption', (_name, profile) => {
  it('a contiguous range is had whole or not at all', () => {
    const { result, results } = exploreRange(profile, function* (kernel) {
      const rc = yield* allocContigRange(kernel, 0, 2);
      if (rc === 0) {
        for (const pfn of [0, 1])
          if (kernel.page(pfn).refCount !== 1) throw new Error(`page ${pfn} has another owner`);
        yield* freeContigRange(kernel, 0, 2);
      }
      return rc;
    });
    expect(result.found.map((found) => found.violation.message)).toEqual([]);
    expect(result.completedPreemptions).toBe(1);
    // A page that its user has locked, or holds, is busy.
    expect([...results.keys()].toSorted()).toEqual([-Errno.EBUSY, 0]);
  }, 60_000);

  it('memory goes offline and comes back', () => {
    const { result, results } = exploreRange(profile, function* (kernel) {
      const rc = yield* offlinePages(kernel, 0, 2);
      if (rc !== 0) return rc;
      const page = (yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!;
      if (page.pfn < 2) throw new Error('memory that is offline was allocated');
      yield* page.put();
      return yield* onlinePages(kernel, 0, 2);
    });
    expect(result.found.map((found) => found.violation.message)).toEqual([]);
    expect(result.completedPreemptions).toBe(1);
    expect(results.has(0)).toBe(true);
  }, 60_000);
});
