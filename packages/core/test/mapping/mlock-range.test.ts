import { runDirect, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { Errno } from '../../src/errno.ts';
import { exitMm, getUserPage, mlock, mmap, mprotect } from '../../src/index.ts';
import { vmKernel } from '../vm-support.ts';

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
