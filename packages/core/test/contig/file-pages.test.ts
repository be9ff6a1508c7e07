import { describe, expect, it } from 'vitest';
import {
  allocContigRange,
  checkMemory,
  Errno,
  freeContigRange,
  kernelProfiles,
  mlock,
  mmap,
  PageFlag,
  quiescentBreaches,
  userRead,
  type AddressSpaceOps,
  type Kernel,
  type KernelProfile,
  type Op,
  type Page,
} from '../../src/index.ts';
import { migratePage } from '../../src/migrate/migrate-page.ts';
import { runVm } from '../support.ts';
import { endAll, filePage, pageAt, vmKernel } from '../vm-support.ts';

const OPS: AddressSpaceOps = { migratePage };

function machine(profile: KernelProfile): Kernel {
  return vmKernel({
    profile,
    nodes: [64],
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0 },
  });
}

describe.each([...kernelProfiles.values()])('a page of a file in a contiguous range ($name)', (profile) => {
  /** Allocates the range that a page of a file lies in. */
  function meet(flags: number, during: (page: Page) => Op<void> = function* () {}) {
    const kernel = machine(profile);
    return runVm(kernel, function* () {
      const file = kernel.mms.createAddressSpace('file', 1, OPS);
      const page = yield* filePage(kernel, file, 0, flags);
      yield* during(page);
      const rc = yield* allocContigRange(kernel, 0, 16);
      if (rc === 0) yield* freeContigRange(kernel, 0, 16);
      const now = file.peekSlot(0);
      const { vmstat } = kernel;
      const moved = vmstat.read('pgmigrate_success');
      expect([vmstat.read('nr_isolated_file'), vmstat.read('nr_isolated_anon')]).toEqual([0, 0]);
      yield* kernel.lru.drainAll();
      checkMemory(kernel);
      return { rc, moved, place: now === null ? 'gone' : now === page ? 'same' : 'other', page, kernel };
    });
  }

  it('is freed if it is clean, in use or not', () => {
    for (const flags of [0, PageFlag.active, PageFlag.referenced]) {
      const { kernel, ...result } = meet(flags);
      expect(result).toMatchObject({ rc: 0, moved: 0, place: 'gone' });
      expect(kernel.allocator.freePages(0)).toBe(64);
      expect(quiescentBreaches(kernel)).toEqual([]);
    }
  });

  it('moves if it is dirty', () => {
    const { kernel, ...result } = meet(PageFlag.dirty);
    expect(result).toMatchObject({ rc: 0, moved: 1, place: 'other' });
    expect(quiescentBreaches(kernel)).toEqual([]);
  });

  it('stays if somebody holds it, and goes back to the LRU', () => {
    const { page, ...result } = meet(0, (held) => held.get());
    expect(result).toMatchObject({ rc: -Errno.EBUSY, moved: 0, place: 'same' });
    expect(page.peekFlags() & (PageFlag.lru | PageFlag.locked)).toBe(PageFlag.lru);
    expect(page.refCount).toBe(2);
  });

  it('is taken away from who maps it, but moved for who locks it in memory', () => {
    for (const locked of [false, true]) {
      const kernel = machine(profile);
      runVm(kernel, function* () {
        const file = kernel.mms.createAddressSpace('file', 1, OPS);
        const page = yield* filePage(kernel, file);
        const mm = kernel.mms.createMm('process');
        const start = yield* mmap(mm, { pages: 1, object: file, write: false });
        yield* userRead(mm, start, 0);
        expect(pageAt(mm, start)).toBe(page);
        if (locked) yield* mlock(mm, start, 1);
        yield* kernel.lru.drainAll();
        expect(yield* allocContigRange(kernel, 0, 16)).toBe(0);
        yield* freeContigRange(kernel, 0, 16);
        if (locked) expect(pageAt(mm, start).pfn).toBeGreaterThanOrEqual(16);
        else expect([mm.peekPte(start), file.peekSlot(0)]).toEqual([0, null]);
        yield* kernel.lru.drainAll();
        expect(quiescentBreaches(kernel)).toEqual([]);
        yield* endAll(kernel, mm);
      });
    }
  });
});
