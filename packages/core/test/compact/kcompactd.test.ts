import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { checkMemory, Kcompactd, Kernel, nodeScore } from '../../src/index.ts';
import { runVm } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

function machine(): { kernel: Kernel; driver: TableDriver; kcompactd: Kcompactd } {
  const kernel = new Kernel({
    nodes: [128],
    pageSize: 64,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0 },
  });
  const driver = new TableDriver(kernel);
  return { kernel, driver, kcompactd: kernel.machine.construct(() => new Kcompactd(kernel, 0)) };
}

function* scatter(driver: TableDriver): Op<void> {
  while ((yield* driver.allocate()) !== null);
  for (let place = 0; place < driver.places.length; place += 2) yield* driver.release(place);
}

describe('Kcompactd', () => {
  it('sleeps until it is woken', () => {
    const { kernel, driver, kcompactd } = machine();
    runVm(kernel, () => scatter(driver));
    expect(kcompactd.thread.finished).toBe(false);
    expect(driver.moved).toBe(0);
  });

  it('makes a block of the greatest order asked for, and counts what it scans', () => {
    const { kernel, driver, kcompactd } = machine();
    const seen: string[] = [];
    kernel.events.on('mm_compaction_wakeup_kcompactd', ({ order }) => seen.push(`asked ${order}`));
    kernel.events.on('mm_compaction_kcompactd_wake', ({ order, highestZone }) =>
      seen.push(`woke ${order} ${highestZone}`),
    );
    kernel.events.on('mm_compaction_kcompactd_sleep', ({ node }) => seen.push(`sleeps ${node}`));
    runVm(kernel, function* () {
      yield* scatter(driver);
      yield* kcompactd.wake(2);
      yield* kcompactd.wake(3);
    });
    expect(seen).toEqual(['sleeps 0', 'asked 2', 'asked 3', 'woke 3 Movable', 'sleeps 0']);
    expect(kernel.memory.zones[0]!.buddy!.areas.countAll(3)).toBeGreaterThan(0);
    const { vmstat } = kernel;
    expect(vmstat.read('compact_daemon_wake')).toBe(1);
    expect(vmstat.read('compact_daemon_migrate_scanned')).toBe(vmstat.read('compact_migrate_scanned'));
    expect(vmstat.read('compact_daemon_free_scanned')).toBe(vmstat.read('compact_free_scanned'));
    expect(vmstat.read('compact_stall')).toBe(0);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('lowers the score of a scattered node at a look, and not of one that is not', () => {
    const { kernel, driver, kcompactd } = machine();
    runVm(kernel, function* () {
      yield* kcompactd.tick();
      yield* kernel.machine.yieldNow();
      expect(kernel.vmstat.read('compact_migrate_scanned')).toBe(0);
      yield* scatter(driver);
      expect(nodeScore(kernel, 0)).toBeGreaterThan(90);
      yield* kcompactd.tick();
    });
    // It stops at the low mark.
    expect(nodeScore(kernel, 0)).toBeLessThanOrEqual(80);
    expect(nodeScore(kernel, 0)).toBeGreaterThan(60);
    expect(driver.spoiled()).toEqual([]);
    checkMemory(kernel);
  });

  it('looks more rarely after it worked in vain', () => {
    const { kernel, driver, kcompactd } = machine();
    driver.refuses = () => true;
    let begins = 0;
    kernel.events.on('mm_compaction_begin', () => begins++);
    runVm(kernel, function* () {
      yield* scatter(driver);
      for (let n = 0; n < 65; n++) {
        yield* kcompactd.tick();
        yield* kernel.machine.yieldNow();
      }
    });
    expect(begins).toBe(2);
  });

  it('gives up for a while after it failed', () => {
    const { kernel, driver, kcompactd } = machine();
    driver.refuses = () => true;
    let begins = 0;
    kernel.events.on('mm_compaction_begin', () => begins++);
    runVm(kernel, function* () {
      yield* scatter(driver);
      for (let n = 0; n < 4; n++) {
        yield* kcompactd.wake(3);
        yield* kernel.machine.yieldNow();
      }
    });
    expect(begins).toBe(2);
  });
});
