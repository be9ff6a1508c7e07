import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { Gfp, Kcompactd, Kernel, kswapd, ZoneWord } from '../../src/index.ts';
import { runVm, smallKernel } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

/** A machine whose kswapd finds enough free pages as soon as it is woken. */
function machine(): { kernel: Kernel; driver: TableDriver } {
  const kernel = new Kernel({
    nodes: [128],
    pageSize: 64,
    reclaims: true,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0 },
  });
  kernel.machine.construct(() => kswapd(kernel, { node: 0, high: 1 }));
  return { kernel, driver: new TableDriver(kernel) };
}

function* scatter(driver: TableDriver): Op<void> {
  for (let n = 0; n < 128; n++) yield* driver.allocate();
  for (let place = 0; place < 128; place += 2) yield* driver.release(place);
}

/** Whether all blocks are skipped, and whether kswapd is to change that. */
function* marks(kernel: Kernel): Op<[skipped: boolean, flush: number]> {
  const skipped = yield* kernel.memory.blocks!.isSkipped(0);
  return [skipped, kernel.memory.zones[0]!.peek(ZoneWord.skipFlush)];
}

describe('kswapd', () => {
  it('has compaction look at all blocks again after somebody compacted in vain', () => {
    const { kernel, driver } = machine();
    driver.refuses = () => true;
    runVm(kernel, function* () {
      yield* scatter(driver);
      expect(
        (yield* kernel.allocator.allocPages({ order: 4, gfp: Gfp.highUserMovable }))?.pfn,
      ).toBeUndefined();
      expect(yield* marks(kernel)).toEqual([true, 1]);
      yield* kernel.reclaim.wakeKswapd(0, 0);
      yield* kernel.machine.yieldNow();
      expect(yield* marks(kernel)).toEqual([false, 0]);
    });
  });

  it('leaves the marks of blocks alone otherwise', () => {
    const { kernel, driver } = machine();
    runVm(kernel, function* () {
      yield* scatter(driver);
      expect((yield* kernel.allocator.allocPages({ order: 4, gfp: Gfp.highUserMovable }))?.pfn).toBeDefined();
      yield* kernel.memory.blocks!.markSkipped(0);
      yield* kernel.reclaim.wakeKswapd(0, 0);
      yield* kernel.machine.yieldNow();
      expect(yield* marks(kernel)).toEqual([true, 0]);
    });
  });

  it('takes the rise of the marks back', () => {
    const { kernel } = machine();
    runVm(kernel, function* () {
      kernel.memory.zones[0]!.poke(ZoneWord.boost, 8);
      yield* kernel.reclaim.wakeKswapd(0, 0);
      yield* kernel.machine.yieldNow();
    });
    expect(kernel.memory.zones[0]!.peek(ZoneWord.boost)).toBe(0);
  });

  it('wakes the kcompactd of its node for the greatest order that it was woken for, once', () => {
    const { kernel, driver } = machine();
    kernel.machine.construct(() => new Kcompactd(kernel, 0));
    const asked: number[] = [];
    kernel.events.on('mm_compaction_wakeup_kcompactd', ({ order }) => asked.push(order));
    const { areas } = kernel.memory.zones[0]!.buddy!;
    runVm(kernel, function* () {
      yield* scatter(driver);
      expect(areas.countAll(2)).toBe(0);
      const { reclaim } = kernel;
      yield* reclaim.wakeKswapd(0, 2);
      yield* reclaim.wakeKswapd(0, 1);
      for (let turn = 0; turn < 4; turn++) yield* kernel.machine.yieldNow();
      yield* reclaim.wakeKswapd(0, 0);
    });
    expect(asked).toEqual([2]);
    expect(areas.countAll(2) + areas.countAll(3) + areas.countAll(4)).toBeGreaterThan(0);
    expect(driver.spoiled()).toEqual([]);
  });

  it('leaves the kcompactd alone if single pages were all that was wanted', () => {
    const { kernel, driver } = machine();
    kernel.machine.construct(() => new Kcompactd(kernel, 0));
    runVm(kernel, function* () {
      yield* scatter(driver);
      yield* kernel.reclaim.wakeKswapd(0, 0);
    });
    expect([kernel.vmstat.read('pageoutrun'), kernel.vmstat.read('compact_daemon_wake')]).toEqual([1, 0]);
  });

  it('has nothing of this to do in a machine without free blocks', () => {
    const kernel = smallKernel({ reclaims: true });
    kernel.machine.construct(() => kswapd(kernel, { node: 0, high: 1 }));
    runVm(kernel, () => kernel.reclaim.wakeKswapd(0, 0));
    expect(kernel.vmstat.read('pageoutrun')).toBe(1);
  });
});
