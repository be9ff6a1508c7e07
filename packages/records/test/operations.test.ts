import { PIN_BIAS } from '@movable-pages/core';
import { describe, expect, test } from 'vitest';
import { NotBuilt } from '../src/not-built.ts';
import { operations } from '../src/operations.ts';
import { wrongPages } from '../src/process/pattern.ts';
import { Process } from '../src/process/process.ts';
import type { RecordResult } from '../src/record.ts';
import { World } from '../src/world.ts';

/** Carries out operations of `P`, or of whom `by` names, one after the other; gives what the last one gave. */
function after(world: World, ...ops: readonly Readonly<Record<string, unknown>>[]): RecordResult {
  let last: RecordResult = { ret: 0 };
  for (const args of ops) {
    const op = { by: 'P', op: '', ...args };
    const { result, ...moved } = world.watch(() => operations[op.op]!(world, op));
    last = { ...result, ...moved };
  }
  return last;
}

const mapA = { op: 'mmap', region: 'A', pages: 8, kind: 'anon' };
const touchA = { op: 'touch', region: 'A', page: 2, count: 3, write: true };

describe('processes', () => {
  test('map memory that is nowhere until it is touched, where the touch says', () => {
    const world = new World(3);
    const unmapped = '-EFAULT';
    expect(after(world, mapA)).toMatchObject({
      ret: 0,
      loc: { 'P:A': Array(8).fill(unmapped) },
      numa_maps: { 'P:A': [{ page: 0, text: 'default' }] },
    });
    const first = [unmapped, unmapped, 3, 3, 3, unmapped, unmapped, unmapped];
    expect(after(world, touchA)).toMatchObject({ loc: { 'P:A': first } });
    const second = after(world, { ...touchA, page: 4, count: 2, node: 1 });
    expect(second).toMatchObject({ loc: { 'P:A': first.with(5, 1) } });
    expect(second.numa_maps).toEqual({
      'P:A': [{ page: 0, text: 'default anon=4 dirty=4 active=0 N1=1 N3=3 kernelpagesize_kB=4' }],
    });
    // Reading finds a page of zeros, which is nowhere.
    expect(after(world, { ...touchA, page: 7, count: 1, write: false })).toMatchObject({
      loc: { 'P:A': first.with(5, 1) },
    });
  });

  test('share pages after a fork until one of them writes: then its frames are others', () => {
    const world = new World(0);
    const forked = after(world, mapA, touchA, { op: 'fork', child: 'C1' });
    expect(forked.loc).toEqual({
      'P:A': (forked.loc as Record<string, unknown>)['C1:A'],
      'C1:A': ['-EFAULT', '-EFAULT', 0, 0, 0, '-EFAULT', '-EFAULT', '-EFAULT'],
    });
    expect(forked.frames_changed).toEqual({});
    const written = after(world, { ...touchA, by: 'C1', count: 2, node: 2 });
    expect(written).toMatchObject({ frames_changed: { 'C1:A': 2 } });
    expect(after(world, { op: 'verify' }).ret).toBe(0);
    expect(Object.keys(after(world, { op: 'exit', by: 'C1' }).loc as object)).toEqual(['P:A']);
  });

  test('unmap in the middle and have two areas', () => {
    const world = new World(0);
    const { numa_maps } = after(world, mapA, touchA, { op: 'munmap', region: 'A', page: 3, count: 1 });
    expect(numa_maps).toEqual({
      'P:A': [
        { page: 0, text: 'default anon=1 dirty=1 active=0 N0=1 kernelpagesize_kB=4' },
        { page: 4, text: 'default anon=1 dirty=1 active=0 N0=1 kernelpagesize_kB=4' },
      ],
    });
    expect(after(world, { op: 'verify' }).ret).toBe(0);
  });

  test('are told how many of their pages are wrong', () => {
    const world = new World(0);
    after(world, mapA, touchA);
    const process = world.process('P');
    const region = process.regions.get('A')!;
    world.kernel.page(process.frameOf(region.start + 3)).writeWord(512, 0);
    expect(world.run(() => wrongPages(process, region))).toBe(1);
    expect(after(world, { op: 'verify' }).ret).toBe(1);
  });

  test('have pages held by others, of two weights, until they let go', () => {
    const world = new World(0);
    after(world, mapA, touchA);
    const process = world.process('P');
    const refs = () => world.kernel.page(process.frameOf(Process.startOf('A') + 3)).refCount;
    const before = refs();
    const pin = { op: 'pin', region: 'A', page: 3, count: 1 };
    after(world, { ...pin, how: 'vmsplice' });
    expect(refs()).toBe(before + 1);
    after(world, { ...pin, how: 'io_uring' });
    expect(refs()).toBe(before + 1 + PIN_BIAS);
    after(world, { op: 'unpin', how: 'vmsplice' });
    expect(refs()).toBe(before + PIN_BIAS);
    after(world, { op: 'unpin', how: 'io_uring' });
    expect(refs()).toBe(before);
    expect(() => after(world, { ...pin, how: 'magic' })).toThrow(new NotBuilt('pin by magic'));
  });

  test('forbid themselves access and lose what they are advised to', () => {
    const world = new World(0);
    after(world, mapA, touchA);
    const forbidden = after(world, { op: 'mprotect', region: 'A', page: 2, count: 1, prot: 'NONE' });
    expect((forbidden.loc as Record<string, unknown[]>)['P:A']!.slice(2, 5)).toEqual(['-ENOENT', 0, 0]);
    const dropped = after(world, { op: 'madvise', region: 'A', page: 3, count: 1, advice: 'DONTNEED' });
    expect((dropped.loc as Record<string, unknown[]>)['P:A']!.slice(2, 5)).toEqual(['-ENOENT', '-EFAULT', 0]);
    const allowed = after(world, { op: 'mprotect', region: 'A', page: 2, count: 1, prot: 'READ|WRITE' });
    expect((allowed.loc as Record<string, unknown[]>)['P:A']!.slice(2, 5)).toEqual([0, '-EFAULT', 0]);
    expect(after(world, { op: 'verify' }).ret).toBe(0);
    const other = { op: 'madvise', region: 'A', page: 3, count: 1, advice: 'HUGEPAGE' };
    expect(() => after(world, other)).toThrow(new NotBuilt('madvise HUGEPAGE'));
  });

  test('lock memory, which is told by its area and by counters', () => {
    const world = new World(0);
    const locked = after(world, mapA, touchA, { op: 'mlock', region: 'A', page: 2, count: 2 });
    expect(locked).toMatchObject({ ret: 0, vmstat: { unevictable_pgs_mlocked: 2 } });
    expect((locked.numa_maps as Record<string, { page: number }[]>)['P:A']!.map(({ page }) => page)).toEqual([
      0, 2, 4,
    ]);
    const unlocked = after(world, { op: 'munlock', region: 'A', page: 2, count: 2 });
    expect(unlocked).toMatchObject({ ret: 0, vmstat: { unevictable_pgs_munlocked: 2 } });
  });

  test('are written as runs where they are long', () => {
    const world = new World(1);
    const { loc } = after(world, { ...mapA, pages: 20 }, { ...touchA, page: 0, count: 15 });
    expect(loc).toEqual({
      'P:A': {
        rle: [
          [15, 1],
          [5, '-EFAULT'],
        ],
      },
    });
  });

  test('need kinds of memory that are not built, and say so', () => {
    const world = new World(0);
    expect(() => after(world, { ...mapA, kind: 'hugetlb' })).toThrow(new NotBuilt('mmap of hugetlb'));
    expect(() => after(world, touchA)).toThrow(NotBuilt);
  });
});

test('compaction of a node empties its first block into the holes of the last, counts that, and loses nothing', () => {
  const world = new World(0);
  const result = after(
    world,
    { ...mapA, pages: 1200 },
    { ...touchA, page: 0, count: 1200, node: 2 },
    { op: 'dontneed_every_other', region: 'A' },
    { op: 'compact_node', node: 2 },
  );
  const { vmstat, migrate_calls, frames_changed } = result as unknown as {
    vmstat: Record<string, number>;
    migrate_calls: { succeeded: number; mode: string; reason: string }[];
    frames_changed: Record<string, number>;
  };
  const process = world.process('P');
  const frames = Array.from({ length: 600 }, (_, n) => process.frameOf(Process.startOf('A') + 2 * n));
  const first = world.kernel.memory.nodes[2]!.startPfn;
  expect(frames.filter((pfn) => pfn < first + 512)).toEqual([]);
  // 512 pages filled the block, and every other was left; more may come from the next.
  const moved = vmstat.pgmigrate_success!;
  expect(moved).toBeGreaterThanOrEqual(256);
  expect(frames_changed).toEqual({ 'P:A': moved });
  expect(migrate_calls.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(moved);
  for (const call of migrate_calls)
    expect(call).toMatchObject({ mode: 'MIGRATE_SYNC', reason: 'compaction' });
  expect(after(world, { op: 'verify_kept' }).ret).toBe(0);
}, 30_000);
