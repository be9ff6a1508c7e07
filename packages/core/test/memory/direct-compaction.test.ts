import { describe, expect, it } from 'vitest';
import { Gfp, type Kernel, type Page } from '../../src/index.ts';
import { runVm, smallKernel } from '../support.ts';

/** Two pages, both in use; compaction gives the first one back. */
function full(options: Parameters<typeof smallKernel>[0] = {}) {
  const held: Page[] = [];
  let runs = 0;
  const kernel: Kernel = smallKernel({
    nodes: [2],
    *directCompaction() {
      runs++;
      expect(kernel.machine.current!.inReclaim).toBe(true);
      expect(kernel.machine.current!.runningParty).toBe('vm');
      // No compaction within compaction.
      expect(yield* kernel.allocator.allocPage()).toBeNull();
      yield* held.shift()?.put() ?? [];
    },
    ...options,
  });
  const allocate = (gfp: Gfp = Gfp.kernel) =>
    runVm(kernel, function* () {
      for (let i = 0; i < 2; i++) held.push((yield* kernel.allocator.allocPage())!);
      const page = yield* kernel.allocator.allocPage({ gfp });
      return { page: page?.pfn ?? null, runs };
    });
  return { kernel, allocate };
}

describe('an allocation that finds nothing, without a buddy allocator', () => {
  it('compacts memory in its own thread, and tries again', () => {
    const { kernel, allocate } = full();
    expect(allocate()).toEqual({ page: 0, runs: 1 });
    expect(kernel.machine.current).toBeNull();
  });

  it.each([Gfp.atomic, Gfp.noWait])('does not if it may not sleep ($name)', (gfp) => {
    expect(full().allocate(gfp)).toEqual({ page: null, runs: 0 });
  });

  it('asks those who want to be told when reclaim finds nothing either', () => {
    const kernel = smallKernel({ nodes: [1], reclaims: true });
    runVm(kernel, function* () {
      const only = (yield* kernel.allocator.allocPage())!;
      kernel.registerOomNotifier({
        name: 'owner',
        *notify() {
          if (only.refCount === 0) return 0;
          yield* only.put();
          return 1;
        },
      });
      expect((yield* kernel.allocator.allocPage())?.pfn).toBe(0);
    });
  });
});
