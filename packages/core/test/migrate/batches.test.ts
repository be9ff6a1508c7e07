import { type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocSameNode,
  Errno,
  Kernel,
  linux510,
  linux61,
  migratePages,
  MigrateMode,
  MigrateReason,
  type KernelProfile,
} from '../../src/index.ts';
import { runVm, ScriptedDriver, SpyRequest } from '../support.ts';

const PAGES = 600;

/** Migrates many pages; page `late` answers -EAGAIN the first time, those of `failing` always -EBUSY. */
function migrateMany(
  profile: KernelProfile,
  { late = -1, failing = [], targets = Infinity }: { late?: number; failing?: number[]; targets?: number },
) {
  const kernel = new Kernel({ profile, nodes: [2 * PAGES], pageSize: 64, tracked: false });
  const driver = new ScriptedDriver(kernel);
  const attempts: number[] = [];
  driver.migrate = function* (newPage, oldPage): Op<number> {
    attempts.push(oldPage.pfn);
    if (failing.includes(oldPage.pfn)) return -Errno.EBUSY;
    if (oldPage.pfn === late && attempts.indexOf(late) === attempts.length - 1) return -Errno.EAGAIN;
    return yield* driver.move(newPage, oldPage);
  };
  let left = targets;
  const request = new SpyRequest(MigrateMode.sync, MigrateReason.compaction, function* (page) {
    return left-- > 0 ? yield* allocSameNode(page) : null;
  });
  const result = runVm(kernel, function* () {
    const { list } = yield* driver.isolated(PAGES);
    return { rc: yield* migratePages(list, request), left: list.peek().map((page) => page.pfn) };
  });
  const counters = [kernel.vmstat.read('pgmigrate_success'), kernel.vmstat.read('pgmigrate_fail')];
  return { ...result, attempts, counters, kernel };
}

describe('migratePages on many pages', () => {
  it('ends the passes over 512 pages before it looks at the next in linux-6.1', () => {
    const { rc, left, attempts, counters } = migrateMany(linux61, { late: 0 });
    expect({ rc, left, counters }).toEqual({ rc: 0, left: [], counters: [PAGES, 0] });
    expect(attempts.lastIndexOf(0)).toBe(512);
    expect(attempts.indexOf(511)).toBe(511);
    expect(attempts.indexOf(512)).toBe(513);
  });

  it('passes over the whole list in linux-5.10', () => {
    const { rc, attempts, counters } = migrateMany(linux510, { late: 0 });
    expect({ rc, counters }).toEqual({ rc: 0, counters: [PAGES, 0] });
    expect(attempts.lastIndexOf(0)).toBe(PAGES);
  });

  it('leaves what failed in any batch at the front, in order, in linux-6.1', () => {
    const { rc, left, counters } = migrateMany(linux61, { failing: [7, 550] });
    expect({ rc, left, counters }).toEqual({ rc: 2, left: [7, 550], counters: [PAGES - 2, 2] });
  });

  it('puts what failed before what it never tried when targets run out in the second batch', () => {
    const { rc, left, attempts, counters } = migrateMany(linux61, { failing: [7], targets: 520 });
    expect(rc).toBe(-Errno.ENOMEM);
    expect(attempts).toHaveLength(520);
    expect(left).toEqual([7, ...Array.from({ length: PAGES - 520 }, (_, n) => 520 + n)]);
    expect(counters).toEqual([519, 2]);
  });

  it('does not look at later batches once targets ran out', () => {
    const { rc, left, attempts } = migrateMany(linux61, { targets: 0 });
    expect({ rc, attempts }).toEqual({ rc: -Errno.ENOMEM, attempts: [] });
    expect(left).toEqual(Array.from({ length: PAGES }, (_, n) => n));
  });

  it.each([linux510, linux61])('moves contents and gives every old page back ($name)', (profile) => {
    const { kernel } = migrateMany(profile, {});
    expect(kernel.allocator.freePages(0)).toBe(PAGES);
    expect(kernel.contents.peek(PAGES, 1)).toBe(100);
    expect(kernel.contents.peek(2 * PAGES - 1, 1)).toBe(100 + PAGES - 1);
  });
});
