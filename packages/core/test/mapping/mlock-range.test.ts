import { runDirect, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { Errno } from '../../src/errno.ts';
import {
  exitMm,
  fork,
  getUserPage,
  kernelProfiles,
  mlock,
  mmap,
  mprotect,
  PageFlag,
  quiescentBreaches,
  userRead,
  userWrite,
  VmFlag,
} from '../../src/index.ts';
import { runVm } from '../support.ts';
import { endAll, pageAt, processWith, vmKernel } from '../vm-support.ts';

describe('memory that shows no page of its own', () => {
  it('mlock passes the zero page of read-only memory, and nobody takes hold of it', () => {
    const kernel = vmKernel();
    runDirect(kernel.machine, function* (): Op<void> {
      const mm = kernel.mms.createMm('process');
      const start = yield* mmap(mm, { pages: 2, write: false });
      expect(yield* mlock(mm, start, 2)).toBe(0);
      expect(yield* getUserPage(mm, start)).toBeNull();
      expect(kernel.vmstat.read('nr_mlock')).toBe(0);
      yield* exitMm(mm);
    });
  });

  it('mlock and getUserPage refuse memory that allows no access', () => {
    const kernel = vmKernel();
    runDirect(kernel.machine, function* (): Op<void> {
      const mm = kernel.mms.createMm('process');
      const start = yield* mmap(mm, { pages: 1 });
      expect(yield* mprotect(mm, start, 1, 0)).toBe(0);
      expect(yield* mlock(mm, start, 1)).toBe(-Errno.ENOMEM);
      expect(yield* getUserPage(mm, start)).toBeNull();
      yield* exitMm(mm);
    });
  });
});

describe.each([...kernelProfiles.values()])('mlock of pages that a fork shares ($name)', (profile) => {
  it('copies those that may be written, now and not at the next write', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 2);
      const child = (yield* fork(mm))!;
      const shared = pageAt(child, start);
      expect(yield* mlock(mm, start, 1)).toBe(0);
      yield* kernel.lru.drainAll();
      const own = pageAt(mm, start);
      expect(own).not.toBe(shared);
      expect(pageAt(child, start)).toBe(shared);
      expect(pageAt(mm, start + 1)).toBe(pageAt(child, start + 1));
      expect([own, shared].map((page) => (page.peekFlags() & PageFlag.mlocked) !== 0)).toEqual([true, false]);
      expect(kernel.vmstat.read('nr_mlock')).toBe(1);
      // A write needs no other page any more.
      expect(yield* userWrite(mm, start, 0, 7)).toBe(true);
      expect(pageAt(mm, start)).toBe(own);
      expect(yield* userRead(child, start, 0)).toBe(100);
      expect(quiescentBreaches(kernel)).toEqual([]);
      yield* endAll(kernel, mm, child);
    });
    expect(kernel.allocator.freePages(0)).toBe(12);
  });

  it('marks those that may only be read', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const child = (yield* fork(mm))!;
      yield* mprotect(mm, start, 1, VmFlag.read);
      expect(yield* mlock(mm, start, 1)).toBe(0);
      expect(pageAt(mm, start)).toBe(pageAt(child, start));
      expect(pageAt(mm, start).peekFlags() & PageFlag.mlocked).not.toBe(0);
      yield* endAll(kernel, mm, child);
    });
  });
});
