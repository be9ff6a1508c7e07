import { describe, expect, it } from 'vitest';
import {
  Errno,
  exitMm,
  fork,
  getUserPage,
  linux510,
  linux61,
  LruList,
  mlock,
  mmap,
  mprotect,
  mremap,
  munlock,
  munmap,
  PageFlag,
  PIN_BIAS,
  quiescentBreaches,
  Rss,
  unpinUserPage,
  userRead,
  userWrite,
  VmFlag,
  type Kernel,
  type Op,
} from '../../src/index.ts';
import { mapsFrame, PteBit } from '../../src/mapping/pte.ts';
import { peekMapCount } from '../../src/mapping/rmap.ts';
import { runVm } from '../support.ts';
import { endAll, pageAt, processWith, vmKernel } from '../vm-support.ts';

const PROFILES = [linux510, linux61];

/** Runs a body in a small kernel; afterwards nothing is broken, and after the processes have ended nothing is left. */
function inKernel(kernel: Kernel, body: () => Op<void>): void {
  runVm(kernel, function* () {
    yield* body();
    expect(quiescentBreaches(kernel)).toEqual([]);
    yield* endAll(kernel, ...kernel.mms.all);
    expect(quiescentBreaches(kernel)).toEqual([]);
    expect(kernel.allocator.freePages(0)).toBe(kernel.frames.count);
  });
}

describe('demand faults', () => {
  it('give a page of its own to a write, on the inactive list', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 2);
      const page = pageAt(mm, start);
      expect(page.refCount).toBe(1);
      expect(peekMapCount(page)).toBe(1);
      expect(kernel.lru.list(0, LruList.inactiveAnon).peek()).toContain(page);
      expect(yield* userRead(mm, start, 0)).toBe(100);
      expect(yield* userRead(mm, start, 1)).toBe(0);
      expect(mm.rss(Rss.anon)).toBe(2);
    });
  });

  it('give the zero page to a read, which takes no frame, and a page to the write after it', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const mm = kernel.mms.createMm();
      const start = yield* mmap(mm, { pages: 1 });
      expect(yield* userRead(mm, start, 2)).toBe(0);
      expect(mm.rss(Rss.anon)).toBe(0);
      expect(kernel.allocator.freePages(0)).toBe(12);
      expect(mm.peekPte(start) & PteBit.zero).not.toBe(0);
      yield* userWrite(mm, start, 2, 7);
      expect(yield* userRead(mm, start, 2)).toBe(7);
      expect(mm.rss(Rss.anon)).toBe(1);
    });
  });

  it('refuse what is no area, or may not be written', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const mm = kernel.mms.createMm();
      const start = yield* mmap(mm, { pages: 1, write: false });
      expect(yield* userWrite(mm, start, 0, 1)).toBe(false);
      expect(yield* userRead(mm, start, 0)).toBe(0);
      expect(yield* userRead(mm, start + 1, 0)).toBe(null);
    });
  });

  it('fail without memory and leave nothing behind', () => {
    const kernel = vmKernel({ nodes: [1] });
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const more = yield* mmap(mm, { pages: 1 });
      expect(yield* userWrite(mm, more, 0, 1)).toBe(false);
      expect(yield* userRead(mm, start, 0)).toBe(100);
    });
  });
});

describe('shared memory', () => {
  it('is one page for all who map it, and goes with the last of them', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1, { shared: true });
      const child = (yield* fork(mm))!;
      expect(mapsFrame(child.peekPte(start))).toBe(false);
      expect(yield* userRead(child, start, 0)).toBe(100);
      yield* userWrite(child, start, 0, 5);
      expect(yield* userRead(mm, start, 0)).toBe(5);
      const page = pageAt(mm, start);
      expect(pageAt(child, start)).toBe(page);
      expect(page.refCount).toBe(3);
      expect(peekMapCount(page)).toBe(2);
      yield* exitMm(mm);
      expect(page.refCount).toBe(2);
      expect(yield* userRead(child, start, 0)).toBe(5);
    });
  });
});

describe.each(PROFILES)('fork and copy-on-write ($name)', (profile) => {
  it('shares pages until one of the two writes', () => {
    const kernel = vmKernel({ profile });
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 2);
      const page = pageAt(mm, start);
      const child = (yield* fork(mm))!;
      expect(pageAt(child, start)).toBe(page);
      expect(peekMapCount(page)).toBe(2);
      expect(mm.peekPte(start) & PteBit.write).toBe(0);
      yield* userWrite(child, start, 0, 8);
      expect(pageAt(child, start)).not.toBe(page);
      expect(yield* userRead(mm, start, 0)).toBe(100);
      expect(yield* userRead(child, start, 0)).toBe(8);
      expect(peekMapCount(page)).toBe(1);
      // Alone again: the parent goes on with its own page.
      yield* kernel.lru.drainAll();
      yield* userWrite(mm, start, 0, 9);
      expect(pageAt(mm, start)).toBe(page);
    });
  });

  it('copies a page that is pinned for direct access at once, so that its owner keeps it', () => {
    const kernel = vmKernel({ profile });
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = (yield* getUserPage(mm, start, { write: true, pin: true }))!;
      expect(page.refCount).toBe(1 + PIN_BIAS);
      const child = (yield* fork(mm))!;
      expect(pageAt(child, start)).not.toBe(page);
      yield* userWrite(mm, start, 0, 9);
      expect(pageAt(mm, start)).toBe(page);
      expect(yield* userRead(child, start, 0)).toBe(100);
      yield* unpinUserPage(page);
    });
  });

  it('copies a page that somebody else holds, when its only process writes after a fork', () => {
    const kernel = vmKernel({ profile });
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const child = (yield* fork(mm))!;
      const page = (yield* getUserPage(mm, start))!;
      yield* exitMm(child);
      yield* userWrite(mm, start, 0, 9);
      expect(pageAt(mm, start)).not.toBe(page);
      expect(page.readWord(0)).toBe(100);
      yield* page.put();
    });
  });

  it('grandchildren find the pages of their grandparent', () => {
    const kernel = vmKernel({ profile });
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const child = (yield* fork(mm))!;
      const grandchild = (yield* fork(child))!;
      yield* exitMm(child);
      yield* exitMm(mm);
      expect(yield* userRead(grandchild, start, 0)).toBe(100);
      yield* kernel.lru.drainAll();
      const page = pageAt(grandchild, start);
      expect(peekMapCount(page)).toBe(1);
    });
  });
});

describe('mlock', () => {
  it('brings pages in and moves them to the unevictable list; munlock moves them back', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 3, { touch: false });
      yield* userWrite(mm, start, 0, 1);
      expect(yield* mlock(mm, start, 2)).toBe(0);
      yield* kernel.lru.drainAll();
      const unevictable = kernel.lru.list(0, LruList.unevictable);
      expect(
        unevictable
          .peek()
          .map((page) => page.pfn)
          .sort(),
      ).toEqual([pageAt(mm, start).pfn, pageAt(mm, start + 1).pfn].sort());
      expect(kernel.vmstat.read('nr_mlock')).toBe(2);
      expect(mm.vmas.map((vma) => (vma.flags & VmFlag.locked) !== 0)).toEqual([true, false]);
      expect(yield* munlock(mm, start, 2)).toBe(0);
      yield* kernel.lru.drainAll();
      expect(unevictable.length).toBe(0);
      expect(kernel.vmstat.read('nr_mlock')).toBe(0);
    });
  });

  it('keeps a page locked as long as one of its areas is', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1, { shared: true });
      const child = (yield* fork(mm))!;
      yield* mlock(mm, start, 1);
      yield* mlock(child, start, 1);
      yield* munlock(mm, start, 1);
      expect(pageAt(child, start).peekFlags() & PageFlag.mlocked).not.toBe(0);
      yield* exitMm(child);
      yield* munmap(mm, start, 1);
      expect(kernel.vmstat.read('nr_mlock')).toBe(0);
    });
  });

  it.each(PROFILES)(
    'counts pages culled at once if the kernel drains the add cache then ($name)',
    (profile) => {
      const kernel = vmKernel({ profile });
      inKernel(kernel, function* () {
        const { mm, start } = yield* processWith(kernel, 3, { touch: false });
        yield* userWrite(mm, start, 0, 1);
        yield* mlock(mm, start, 2);
        const culled = () => kernel.vmstat.read('unevictable_pgs_culled');
        expect(culled()).toBe(profile.mlockDrainsAddCache ? 2 : 0);
        yield* kernel.lru.drainAll();
        expect(culled()).toBe(2);
      });
    },
  );

  it('refuses a range with a hole', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      expect(yield* mlock(mm, start, 2)).toBe(-Errno.ENOMEM);
    });
  });
});

describe('mprotect', () => {
  it('takes the right to write away and gives it back', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 3);
      expect(yield* mprotect(mm, start + 1, 1, VmFlag.read)).toBe(0);
      expect(mm.vmas.map((vma) => vma.end - vma.start)).toEqual([1, 1, 1]);
      expect(yield* userWrite(mm, start + 1, 0, 1)).toBe(false);
      expect(yield* userWrite(mm, start, 0, 1)).toBe(true);
      yield* mprotect(mm, start + 1, 1, VmFlag.read | VmFlag.write);
      const page = pageAt(mm, start + 1);
      expect(yield* userWrite(mm, start + 1, 0, 1)).toBe(true);
      expect(pageAt(mm, start + 1)).toBe(page);
    });
  });

  it('forbids everything with 0, and nothing is lost', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      yield* mprotect(mm, start, 1, 0);
      expect(yield* userRead(mm, start, 0)).toBe(null);
      yield* mprotect(mm, start, 1, VmFlag.read);
      expect(yield* userRead(mm, start, 0)).toBe(100);
    });
  });
});

describe('munmap', () => {
  it('cuts an area in two and frees what lay between', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 4);
      yield* munmap(mm, start + 1, 2);
      expect(mm.vmas.map((vma) => [vma.start - start, vma.end - start])).toEqual([
        [0, 1],
        [3, 4],
      ]);
      expect(mm.rss(Rss.anon)).toBe(2);
      expect(kernel.allocator.freePages(0)).toBe(10);
      expect(yield* userRead(mm, start + 1, 0)).toBe(null);
      expect(yield* userRead(mm, start + 3, 0)).toBe(103);
    });
  });
});

describe('mremap', () => {
  it.each([false, true])('moves pages to another place (shared: %s)', (shared) => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 3, { shared });
      const page = pageAt(mm, start + 1);
      expect(yield* mremap(mm, start + 1, 2, start + 101)).toBe(start + 101);
      expect(pageAt(mm, start + 101)).toBe(page);
      expect(yield* userRead(mm, start + 102, 0)).toBe(102);
      expect(yield* userRead(mm, start + 1, 0)).toBe(null);
      expect(yield* userRead(mm, start, 0)).toBe(100);
    });
  });

  it('refuses a target that is in use and a source that is not one area', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 2);
      expect(yield* mremap(mm, start, 1, start + 1)).toBe(-Errno.EEXIST);
      expect(yield* mremap(mm, start + 1, 2, start + 50)).toBe(-Errno.EFAULT);
    });
  });
});

describe('foreign references', () => {
  it('a read of a page never written gives the process a page', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1, { touch: false });
      const page = (yield* getUserPage(mm, start))!;
      expect(pageAt(mm, start)).toBe(page);
      yield* page.put();
      expect(yield* getUserPage(mm, start + 1)).toBe(null);
    });
  });

  it('keep a page after its process has gone', () => {
    const kernel = vmKernel();
    inKernel(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = (yield* getUserPage(mm, start, { pin: true }))!;
      yield* exitMm(mm);
      expect(page.refCount).toBe(PIN_BIAS);
      expect(page.readWord(0)).toBe(100);
      yield* unpinUserPage(page);
      expect(page.refCount).toBe(0);
    });
  });
});
