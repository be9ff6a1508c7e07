import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  compactionDeferred,
  deferCompaction,
  Kernel,
  resetDeferral,
  ZoneWord,
  type Zone,
} from '../../src/index.ts';
import { compactionRestarting } from '../../src/compact/deferral.ts';
import { runVm } from '../support.ts';

function machine(): { kernel: Kernel; zone: Zone } {
  const kernel = new Kernel({
    nodes: [64],
    pageSize: 64,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0 },
  });
  return { kernel, zone: kernel.memory.zones[0]! };
}

/** How many attempts are left out before one is made. */
function* leftOut(kernel: Kernel, zone: Zone, order: number): Op<number> {
  let skipped = 0;
  while (yield* compactionDeferred(kernel, zone, order)) skipped++;
  return skipped;
}

describe('deferral', () => {
  it('leaves nothing out before a failure', () => {
    const { kernel, zone } = machine();
    expect(runVm(kernel, () => leftOut(kernel, zone, 3))).toBe(0);
  });

  it('leaves more out after every failure, up to 63 attempts', () => {
    const { kernel, zone } = machine();
    const skipped = runVm(kernel, function* () {
      const counts: number[] = [];
      for (let failure = 0; failure < 8; failure++) {
        yield* deferCompaction(kernel, zone, 3);
        counts.push(yield* leftOut(kernel, zone, 3));
      }
      return counts;
    });
    expect(skipped).toEqual([1, 3, 7, 15, 31, 63, 63, 63]);
  });

  it('has the blocks looked at again after the most attempts that can be', () => {
    const { kernel, zone } = machine();
    const restarts = runVm(kernel, function* () {
      const seen: boolean[] = [];
      for (let failure = 0; failure < 6; failure++) {
        yield* deferCompaction(kernel, zone, 3);
        yield* leftOut(kernel, zone, 3);
        seen.push(yield* compactionRestarting(zone, 3));
      }
      return seen;
    });
    expect(restarts).toEqual([false, false, false, false, false, true]);
  });

  it('is for the order that failed and those above', () => {
    const { kernel, zone } = machine();
    runVm(kernel, function* () {
      yield* resetDeferral(kernel, zone, 4, false);
      yield* deferCompaction(kernel, zone, 3);
      expect(yield* leftOut(kernel, zone, 2)).toBe(0);
      expect(yield* leftOut(kernel, zone, 4)).toBe(1);
    });
  });

  it('ends with a block that was allocated, and for its order with one that may be', () => {
    const { kernel, zone } = machine();
    runVm(kernel, function* () {
      yield* deferCompaction(kernel, zone, 3);
      yield* deferCompaction(kernel, zone, 3);
      yield* resetDeferral(kernel, zone, 3, false);
      expect(zone.peek(ZoneWord.compactOrderFailed)).toBe(4);
      expect(zone.peek(ZoneWord.compactDeferShift)).toBe(2);
      expect(yield* leftOut(kernel, zone, 3)).toBe(0);
      yield* resetDeferral(kernel, zone, 2, true);
      expect(zone.peek(ZoneWord.compactOrderFailed)).toBe(4);
      expect(zone.peek(ZoneWord.compactDeferShift)).toBe(0);
    });
  });
});
