import { runDirect, withAmbient, type KThread, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  isolateLruPage,
  linux510,
  linux61,
  LruList,
  PageFlag,
  putbackLruPage,
  userRead,
  userWrite,
  type Kernel,
  type KernelProfile,
  type Mm,
  type Page,
} from '../../src/index.ts';
import { findGetPage } from '../../src/mapping/page-cache.ts';
import { isMigrationEntry, mapsFrame, pteNumber } from '../../src/mapping/pte.ts';
import { migrateThese, pageAt, processWith, vmKernel } from '../vm-support.ts';

const PROFILES = [linux510, linux61];

interface Scene {
  readonly kernel: Kernel;
  readonly mm: Mm;
  readonly start: number;
  readonly page: Page;
  /** The target, once there is one. */
  target(): Page | null;
}

/**
 * Runs a migration step by step until `reached`, lets another thread look, and then both to their ends. Gives what the other
 * thread saw.
 *
 * @param blocks Whether the other thread must wait for the migration: it sees what it sees after it.
 */
function observe<T>(
  profile: KernelProfile,
  shared: boolean,
  reached: (scene: Scene) => boolean,
  look: (scene: Scene) => Op<T>,
  blocks = false,
): T {
  const kernel = vmKernel({ profile });
  const { machine } = kernel;
  const made = runDirect(machine, () => processWith(kernel, 1, { shared }), { fresh: false }).value;
  const page = pageAt(made.mm, made.start);
  runDirect(machine, () => makeActive(page), { fresh: false });
  let target: Page | null = null;
  const scene = { kernel, ...made, page, target: () => target };
  return withAmbient(machine, () => {
    const migrator = machine.thread('migrator', { party: 'vm' }, () =>
      migrateThese(kernel, [page], {
        *getNewPage() {
          target = yield* kernel.allocator.allocPage();
          return target;
        },
      }),
    );
    const other = machine.thread('other', { party: 'vm' }, () => look(scene));
    machine.seal();
    machine.begin();
    while (!reached(scene)) step(migrator);
    while (!other.finished && machine.isEnabled(other)) step(other);
    expect(other.finished).toBe(!blocks);
    while (!migrator.finished) step(migrator);
    while (!other.finished) step(other);
    expect(migrator.result).toBe(0);
    return other.result as T;
  });

  function step(thread: KThread): void {
    if (thread.finished || !machine.isEnabled(thread)) throw new Error(`${thread.name} cannot step`);
    machine.step(thread);
    if (thread.error !== undefined) throw thread.error;
  }
}

/** Moves a page to the active list. */
function* makeActive(page: Page): Op<void> {
  yield* isolateLruPage(page);
  yield* page.setFlags(PageFlag.active);
  yield* putbackLruPage(page);
  yield* page.kernel.lru.drainAll();
}

const has = (page: Page | null, flag: number): boolean => page !== null && (page.peekFlags() & flag) !== 0;
const cacheOf = (scene: Scene) => scene.mm.vmas[0]!.object!;
const treeLocked = (scene: Scene) => scene.kernel.machine.words[cacheOf(scene).treeLock.lock.location] !== 0;
const inSlot = (scene: Scene) => cacheOf(scene).peekSlot(0);

describe.each(PROFILES)('what another thread sees after each step ($name)', (profile) => {
  it('5: the lock of the page cache is taken', () => {
    const taken = observe(profile, true, treeLocked, function* (scene) {
      return !(yield* cacheOf(scene).treeLock.tryAcquire());
    });
    expect(taken).toBe(true);
  });

  it('6: nobody gets a reference on the frozen page', () => {
    const got = observe(
      profile,
      true,
      ({ page }) => page.refCount === 0,
      ({ page }) => page.tryGet(),
    );
    expect(got).toBe(false);
  });

  it('8: the target has the identity of the page and is not found yet', () => {
    const seen = observe(
      profile,
      true,
      (scene) => has(scene.target(), PageFlag.swapBacked) && inSlot(scene) === scene.page,
      function* (scene) {
        const found = yield* cacheOf(scene).loadSlot(0);
        return { old: found === scene.page, backed: has(scene.target(), PageFlag.swapBacked) };
      },
    );
    expect(seen).toEqual({ old: true, backed: true });
  });

  it('9: who looks the page up finds the target', () => {
    const found = observe(
      profile,
      true,
      (scene) => inSlot(scene) === scene.target(),
      function* (scene) {
        const page = yield* findGetPage(cacheOf(scene), 0);
        yield* page!.put();
        return page === scene.target();
      },
    );
    expect(found).toBe(true);
  });

  it('10: the old page has the isolation’s reference only, the target one of the cache', () => {
    const counts = observe(
      profile,
      true,
      (scene) => inSlot(scene) === scene.target() && scene.page.refCount > 0,
      function* ({ page, target }) {
        return [yield* page.readRefCount(), yield* target()!.readRefCount()];
      },
    );
    expect(counts).toEqual([1, 2]);
  });

  it('11: the lock of the page cache is free again', () => {
    const free = observe(
      profile,
      true,
      (scene) => inSlot(scene) === scene.target() && !treeLocked(scene),
      function* (scene) {
        const got = yield* cacheOf(scene).treeLock.tryAcquire();
        yield* cacheOf(scene).treeLock.release();
        return got;
      },
    );
    expect(free).toBe(true);
  });

  it('12: the target has the contents, and nobody can reach it by an address yet', () => {
    const seen = observe(
      profile,
      false,
      ({ target }) => target() !== null && target()!.kernel.contents.peek(target()!.pfn, 0) === 100,
      function* ({ mm, start, page }) {
        const table = (yield* mm.table(start))!;
        const pte = yield* table.load(start);
        return { waits: isMigrationEntry(pte), names: pteNumber(pte) === page.pfn };
      },
    );
    expect(seen).toEqual({ waits: true, names: true });
  });

  it('13: the target has the flags, and the old page still has them', () => {
    const flag = PageFlag.uptodate;
    const both = observe(
      profile,
      false,
      ({ target }) => has(target(), flag),
      function* ({ page, target }) {
        return [((yield* page.readFlags()) & flag) !== 0, ((yield* target()!.readFlags()) & flag) !== 0];
      },
    );
    expect(both).toEqual([true, true]);
  });

  it('14: the old page has lost what must not stay', () => {
    const kept = observe(
      profile,
      true,
      ({ page, target }) => has(target(), PageFlag.active) && !has(page, PageFlag.active),
      ({ page }) => page.readFlags(),
    );
    const gone = PageFlag.active | PageFlag.unevictable | PageFlag.private | PageFlag.swapCache;
    expect(kept & gone).toBe(0);
    expect(kept & PageFlag.uptodate).not.toBe(0);
  });

  it('15: the target is not under writeback', () => {
    const seen = observe(
      profile,
      false,
      ({ target }) => target() !== null && has(target(), PageFlag.uptodate),
      ({ target }) => target()!.readFlags(),
    );
    expect(seen & PageFlag.writeback).toBe(0);
  });

  it('16: the address leads to the target', () => {
    const seen = observe(
      profile,
      false,
      ({ mm, start, target }) =>
        mapsFrame(mm.peekPte(start)) && pteNumber(mm.peekPte(start)) === target()?.pfn,
      function* ({ mm, start, page }) {
        const value = yield* userRead(mm, start, 0);
        return { value, oldLocked: has(page, PageFlag.locked) };
      },
    );
    expect(seen).toEqual({ value: 100, oldLocked: true });
  });

  it('17: both are unlocked, and whoever waited for the address goes on', () => {
    const value = observe(
      profile,
      false,
      ({ mm, start }) => isMigrationEntry(mm.peekPte(start)),
      function* ({ mm, start }) {
        expect(yield* userWrite(mm, start, 1, 5)).toBe(true);
        return [yield* userRead(mm, start, 0), yield* userRead(mm, start, 1)];
      },
      true,
    );
    expect(value).toEqual([100, 5]);
  });

  it('18: the target is on the LRU, after the locks or before the entries', () => {
    const onLru = ({ kernel, target }: Scene) =>
      target() !== null &&
      kernel.machine.threads.every((thread) => thread.atomicDepth === 0) &&
      (kernel.lru.peekCached().includes(target()!) || kernel.lru.list(0, LruList.activeAnon).has(target()!));
    const seen = observe(profile, false, onLru, function* ({ mm, start, target, kernel }) {
      const restored = mapsFrame(mm.peekPte(start));
      const locked = has(target(), PageFlag.locked);
      yield* kernel.lru.drainAll();
      const isolated = yield* isolateLruPage(target()!);
      if (isolated === 0) yield* kernel.lru.cacheAdd(target()!);
      if (isolated === 0) yield* target()!.put();
      return { restored, locked, isolated };
    });
    expect(seen).toEqual(
      profile === linux510
        ? { restored: true, locked: false, isolated: 0 }
        : { restored: false, locked: true, isolated: 0 },
    );
  });
});
