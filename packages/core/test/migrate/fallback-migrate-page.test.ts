import { describe, expect, it } from 'vitest';
import {
  allocSameNode,
  AOP_WRITEPAGE_ACTIVATE,
  Errno,
  linux510,
  linux61,
  MigrateMode,
  MigrateReason,
  migratePages,
  PageFlag,
  putbackMovablePages,
  quiescentBreaches,
  type AddressSpaceOps,
  type Kernel,
  type KernelProfile,
} from '../../src/index.ts';
import { addToPageCache, findLockPage } from '../../src/mapping/page-cache.ts';
import { runVm, SpyRequest } from '../support.ts';
import { isolateFor, vmKernel } from '../vm-support.ts';

const PROFILES = [linux510, linux61];
const { async: ASYNC, syncLight: LIGHT, sync: SYNC } = MigrateMode;

describe('a page cache that does not say how its pages move', () => {
  /** A page of a file with these flags, isolated, and the request to move it. */
  function migrateFilePage(
    ops: AddressSpaceOps,
    flags: number,
    mode: MigrateMode,
    profile: KernelProfile = linux510,
  ) {
    const kernel: Kernel = vmKernel({ profile });
    return runVm(kernel, function* () {
      const file = kernel.mms.createAddressSpace('file', 4, ops);
      const page = (yield* kernel.allocator.allocPage())!;
      page.writeWord(0, 42);
      yield* page.lock();
      yield* addToPageCache(page, file, 2);
      yield* page.setFlags(flags);
      yield* page.unlock();
      yield* kernel.lru.cacheAdd(page);
      yield* kernel.lru.drainAll();
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.put();
      expect(kernel.vmstat.read('nr_isolated_file')).toBe(1);
      const request = new SpyRequest(mode);
      const rc = yield* migratePages(list, request);
      const found = (yield* findLockPage(file, 2))!;
      const moved = found !== page;
      expect(found.readWord(0)).toBe(42);
      yield* found.unlock();
      yield* found.put();
      yield* putbackMovablePages(list);
      yield* kernel.lru.drainAll();
      expect(quiescentBreaches(kernel)).toEqual([]);
      return { rc, moved, attempts: request.allocated.length };
    });
  }

  it.each(PROFILES)('a clean page just moves ($name)', (profile) => {
    expect(migrateFilePage({}, 0, SYNC, profile)).toEqual({ rc: 0, moved: true, attempts: 1 });
  });

  it.each([ASYNC, LIGHT])('a dirty page does not, in a mode that does not write (%i)', (mode) => {
    expect(migrateFilePage({}, PageFlag.dirty, mode)).toEqual({ rc: 1, moved: false, attempts: 1 });
  });

  it('a dirty page that cannot be written does not', () => {
    expect(migrateFilePage({}, PageFlag.dirty, SYNC)).toEqual({ rc: 1, moved: false, attempts: 1 });
  });

  it('a dirty page is written in the first attempt, waited for in the fourth, and then moves', () => {
    let written = 0;
    const ops: AddressSpaceOps = {
      *writePage(page) {
        written++;
        yield* page.setFlags(PageFlag.writeback);
        yield* page.unlock();
        return 0;
      },
    };
    const kernel = vmKernel();
    runVm(kernel, function* () {
      const file = kernel.mms.createAddressSpace('file', 1, ops);
      const page = (yield* kernel.allocator.allocPage())!;
      yield* page.lock();
      yield* addToPageCache(page, file, 0);
      yield* page.setFlags(PageFlag.dirty);
      yield* page.unlock();
      yield* kernel.lru.cacheAdd(page);
      yield* kernel.lru.drainAll();
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.put();
      const writeback: boolean[] = [];
      const request = new SpyRequest(SYNC, MigrateReason.compaction, function* (source) {
        writeback.push((page.peekFlags() & PageFlag.writeback) !== 0);
        if (writeback.length === 4) yield* page.clearFlags(PageFlag.writeback);
        return yield* allocSameNode(source);
      });
      expect(yield* migratePages(list, request)).toBe(0);
      expect(written).toBe(1);
      expect(writeback).toEqual([false, true, true, true]);
    });
  });

  it('a write that fails is permanent', () => {
    const ops: AddressSpaceOps = {
      *writePage(page) {
        yield* page.unlock();
        return -Errno.EIO;
      },
    };
    const result = migrateFilePage(ops, PageFlag.dirty, SYNC);
    expect(result).toEqual({ rc: 1, moved: false, attempts: 1 });
  });

  it('a page that is not written now stays locked meanwhile, and is tried again', () => {
    let asked = 0;
    const ops: AddressSpaceOps = {
      *writePage(page) {
        asked++;
        yield* page.setFlags(PageFlag.dirty);
        return AOP_WRITEPAGE_ACTIVATE;
      },
    };
    expect(migrateFilePage(ops, PageFlag.dirty, SYNC)).toEqual({ rc: 1, moved: false, attempts: 10 });
    expect(asked).toBe(10);
  });

  it.each([
    { mode: ASYNC, attempts: 1 },
    { mode: LIGHT, attempts: 1 },
    { mode: SYNC, attempts: 10 },
  ])('private data that are not let go of: $attempts attempts in mode $mode', ({ mode, attempts }) => {
    const ops: AddressSpaceOps = {
      *releasePage() {
        return false;
      },
    };
    const kernel = vmKernel();
    runVm(kernel, function* () {
      const file = kernel.mms.createAddressSpace('file', 1, ops);
      const page = (yield* kernel.allocator.allocPage())!;
      yield* page.lock();
      yield* addToPageCache(page, file, 0);
      // The reference of the private data.
      yield* page.get();
      yield* page.setFlags(PageFlag.private);
      yield* page.unlock();
      yield* kernel.lru.cacheAdd(page);
      yield* kernel.lru.drainAll();
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      yield* page.put();
      const request = new SpyRequest(mode);
      expect(yield* migratePages(list, request)).toBe(1);
      expect(request.allocated).toHaveLength(attempts);
    });
  });
});

it.each(PROFILES)('a truncated page lets go of its private data and is found freed ($name)', (profile) => {
  const kernel = vmKernel({ profile });
  runVm(kernel, function* () {
    const page = (yield* kernel.allocator.allocPage())!;
    yield* page.get();
    yield* page.setFlags(PageFlag.private);
    yield* kernel.lru.cacheAdd(page);
    yield* kernel.lru.drainAll();
    const list = kernel.lists.create('isolated', 'vm');
    yield* isolateFor(list, page);
    yield* page.put();
    const request = new SpyRequest(SYNC);
    expect(yield* migratePages(list, request)).toBe(0);
    expect([request.allocated.length, request.givenBack.length, page.refCount]).toEqual([1, 1, 0]);
    expect(kernel.vmstat.read('nr_isolated_file')).toBe(0);
  });
  expect(kernel.allocator.freePages(0)).toBe(12);
});
