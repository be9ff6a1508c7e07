import { describe, expect, it } from 'vitest';
import {
  allocSameNode,
  Errno,
  getUserPage,
  linux510,
  linux61,
  LruList,
  MigrateMode,
  migratePage,
  PageFlag,
  putbackMovablePages,
  quiescentBreaches,
  unpinUserPage,
  userRead,
  VmFlag,
  type Kernel,
  type Mm,
  type Op,
  type Page,
} from '../../src/index.ts';
import { addToPageCache } from '../../src/mapping/page-cache.ts';
import { peekMapCount } from '../../src/mapping/rmap.ts';
import { migratePages } from '../../src/migrate/migrate-pages.ts';
import { runVm, SpyRequest, stateOf } from '../support.ts';
import { isolateFor, pageAt, processWith, vmKernel } from '../vm-support.ts';

const PROFILES = [linux510, linux61];

interface Stopped {
  readonly kernel: Kernel;
  readonly mm: Mm;
  readonly start: number;
  readonly page: Page;
  readonly request: SpyRequest;
}

/** What stops a migration, and how it goes away. */
interface Cause {
  readonly mode?: MigrateMode;
  readonly shared?: boolean;
  readonly before?: (scene: Stopped) => Op<void>;
  readonly after?: (scene: Stopped) => Op<void>;
  /** Attempts that were made: each has a target of its own. */
  readonly attempts: number;
}

/**
 * Migrates one mapped page that cannot be moved, and shows that all is as before: the page on its list with its references
 * and mappings, the contents readable, every target given back, nothing leaked. Gives what `migratePages` said.
 */
function backOut(kernel: Kernel, cause: Cause): number {
  return runVm(kernel, function* () {
    const { mm, start } = yield* processWith(kernel, 1, { shared: cause.shared ?? false });
    const page = pageAt(mm, start);
    const request = new SpyRequest(cause.mode ?? MigrateMode.sync);
    const scene: Stopped = { kernel, mm, start, page, request };
    const before = stateOf(page);
    const pte = mm.peekPte(start);
    const free = kernel.allocator.freePages(0);
    const list = kernel.lists.create('isolated', 'vm');
    expect(yield* isolateFor(list, page)).toBe(true);
    expect(kernel.vmstat.read('nr_isolated_anon')).toBe(1);
    if (cause.before !== undefined) yield* cause.before(scene);
    const rc = yield* migratePages(list, request);
    expect(request.allocated).toHaveLength(cause.attempts);
    expect(request.givenBack).toEqual(request.allocated);
    // In linux-5.10 a permanent failure is back already; what asked for a retry is left for the caller.
    const permanent = cause.attempts === 1;
    expect(list.length).toBe(permanent && kernel.profile === linux510 ? 0 : 1);
    if (cause.after !== undefined) yield* cause.after(scene);
    yield* putbackMovablePages(list);
    list.dispose();
    yield* kernel.lru.drainAll();
    expect(kernel.vmstat.read('pgmigrate_success')).toBe(0);
    expect(kernel.vmstat.read('pgmigrate_fail')).toBe(1);
    expect(kernel.vmstat.read('nr_isolated_anon')).toBe(0);
    const after = stateOf(page);
    // Dirty in the entry may have become dirty in the page.
    expect({ ...after, flags: after.flags & ~PageFlag.dirty }).toEqual({
      ...before,
      flags: before.flags & ~PageFlag.dirty,
    });
    expect(kernel.lru.list(0, LruList.inactiveAnon).has(page)).toBe(true);
    expect(pageAt(mm, start)).toBe(page);
    expect(mm.peekPte(start) & 0b11).toBe(pte & 0b11);
    expect(peekMapCount(page)).toBe(1);
    expect(kernel.allocator.freePages(0)).toBe(free);
    expect(yield* userRead(mm, start, 0)).toBe(100);
    expect(quiescentBreaches(kernel)).toEqual([]);
    return rc;
  });
}

describe.each(PROFILES)('a migration that stops backs out ($name)', (profile) => {
  const kernelOf = () => vmKernel({ profile });

  it('at step 1: the old page is locked by somebody else', () => {
    expect(
      backOut(kernelOf(), {
        mode: MigrateMode.async,
        attempts: 10,
        before: ({ page }) => page.lock(),
        after: ({ page }) => page.unlock(),
      }),
    ).toBe(1);
  });

  it.each([MigrateMode.async, MigrateMode.syncLight])(
    'at step 2: the old page is under writeback, and mode %i never waits for that',
    (mode) => {
      expect(
        backOut(kernelOf(), {
          mode,
          attempts: 1,
          *before({ page }) {
            yield* page.setFlags(PageFlag.writeback);
          },
          *after({ page }) {
            yield* page.clearFlags(PageFlag.writeback);
          },
        }),
      ).toBe(1);
    },
  );

  it('at step 3: the target is locked by whoever found it by number', () => {
    const kernel = kernelOf();
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      const before = stateOf(page);
      let given = 0;
      const rc = yield* migratePages(list, {
        mode: MigrateMode.sync,
        reason: 0,
        *getNewPage(source) {
          const target = (yield* allocSameNode(source))!;
          yield* target.lock();
          given++;
          return target;
        },
        *freePage(target) {
          given--;
          yield* target.unlock();
          yield* target.put();
        },
      });
      expect({ rc, given }).toEqual({ rc: 1, given: 0 });
      expect(stateOf(page)).toEqual(before);
      yield* putbackMovablePages(list);
      yield* kernel.lru.drainAll();
      expect(yield* userRead(mm, start, 0)).toBe(100);
      expect(quiescentBreaches(kernel)).toEqual([]);
    });
  });

  it('at step 4: the page stays mapped by the stack of an exec in progress', () => {
    expect(
      backOut(kernelOf(), {
        attempts: 10,
        *before({ mm }) {
          const [vma] = mm.vmas;
          yield* vma!.setFlags(vma!.flags | VmFlag.tempStack);
        },
      }),
    ).toBe(1);
  });

  it.each([
    { what: 'anonymous', shared: false },
    { what: 'shared', shared: true },
  ])('at step 6: somebody else holds the $what page', ({ shared }) => {
    expect(
      backOut(kernelOf(), {
        shared,
        attempts: 10,
        *before({ mm, start, page }) {
          expect(yield* getUserPage(mm, start)).toBe(page);
        },
        after: ({ page }) => page.put(),
      }),
    ).toBe(1);
  });

  it('at step 6, or 4 where exclusive pages are known: a long-term pin', () => {
    expect(
      backOut(kernelOf(), {
        attempts: 10,
        *before({ mm, start, page }) {
          expect(yield* getUserPage(mm, start, { write: true, pin: true })).toBe(page);
        },
        after: ({ page }) => unpinUserPage(page),
      }),
    ).toBe(1);
  });
});

describe('step 7: the slot has another page by then', () => {
  /** A page of a cache of which nobody else holds it, and a slot that its filesystem has given to another page. */
  function migrateReplaced(profile: typeof linux510) {
    const kernel = vmKernel({ profile });
    return runVm(kernel, function* () {
      const mapping = kernel.mms.createAddressSpace('file', 2, { migratePage });
      const [page, other, target] = [
        (yield* kernel.allocator.allocPage())!,
        (yield* kernel.allocator.allocPage())!,
        (yield* kernel.allocator.allocPage())!,
      ];
      for (const each of [page, target]) yield* each.lock();
      yield* addToPageCache(page, mapping, 1);
      yield* mapping.treeLock.acquire();
      yield* mapping.storeSlot(1, other);
      yield* mapping.treeLock.release();
      const before = stateOf(page);
      const rc = yield* migratePage(mapping, target, page, MigrateMode.sync);
      const result = {
        rc,
        unchanged: JSON.stringify(before) === JSON.stringify(stateOf(page)),
        slot: mapping.peekSlot(1) === other,
        treeLocked: kernel.machine.words[mapping.treeLock.lock.location] !== 0,
      };
      for (const each of [page, target]) yield* each.unlock();
      return result;
    });
  }

  it('stops linux-5.10, which compares it', () => {
    expect(migrateReplaced(linux510)).toEqual({
      rc: -Errno.EAGAIN,
      unchanged: true,
      slot: true,
      treeLocked: false,
    });
  });

  it('does not exist in linux-6.1, where the frozen count stands for it', () => {
    expect(migrateReplaced(linux61).rc).toBe(0);
  });
});
