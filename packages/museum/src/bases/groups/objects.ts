import {
  clearPageMovable,
  freeShared,
  rwLock,
  setPageMovable,
  shared,
  spinLock,
  waitQueue,
  workQueue,
  type DriverContext,
  type Op,
  type Page,
  type Work,
} from '@movable-pages/core';
import {
  GROUP_PAGES,
  inUse,
  makeChain,
  makeGroup,
  makePool,
  pagesOf,
  type Group,
  type Link,
  type Pool,
} from './group.js';

const FULLNESS_SHIFT = 8;

/** Names an object of a group. */
export interface GroupHandle {
  readonly group: Group;
  readonly index: number;
}

/**
 * The groups of a pool: what its users call, and the worker that frees groups. Lock order: page lock, `pool.lock`,
 * `migrate_lock`; against it only tries.
 *
 * @kernel mm/zsmalloc.c
 */
export class GroupObjects {
  /** Guards the pool and the words of all groups. */
  protected readonly poolLock = spinLock('pool.lock');
  /** Readers keep chains, and objects where they are. */
  protected readonly migrateLock = rwLock('migrate_lock');
  protected readonly links: Link[];
  protected readonly state = shared({ pool: null as Pool | null, pages: 0, objects: 0, loaded: false });
  protected readonly returned = waitQueue('isolated pages returned');
  private readonly queue = workQueue('zs free');
  private readonly freeWork: Work;

  constructor(protected readonly context: DriverContext) {
    const frames = context.kernel.frames.count;
    this.links = shared(Array.from({ length: frames }, (): Link => ({ group: null, next: null })));
    this.freeWork = this.queue.work('zs free work', () => this.freeGroups());
  }

  // ---- loading ------------------------------------------------------------------------------------------------------

  *load(): Op<boolean> {
    yield* this.registerOperations();
    this.state.pool = makePool();
    this.state.loaded = true;
    return true;
  }

  /** Lets the VM find the operations. @kernel mm/zsmalloc.c zs_init */
  protected *registerOperations(): Op<void> {
    yield* this.context.mapping.register();
  }

  /** Waits for what is isolated, then for the worker, and frees the pool. @kernel mm/zsmalloc.c zs_destroy_pool */
  *unload(): Op<void> {
    yield* this.drain();
    yield* this.queue.flushWork(this.freeWork);
    this.state.loaded = false;
    // Once more, so that whoever has just counted the last page back is out of it.
    yield* this.poolLock.acquire();
    freeShared(this.pool);
    yield* this.poolLock.release();
    yield* this.context.mapping.unregister();
  }

  /** Refuses new isolations, and waits for those that there are. May sleep. */
  protected *drain(): Op<void> {
    yield* this.poolLock.acquire();
    this.pool.destroying = true;
    yield* this.poolLock.release();
    yield* this.returned.waitEvent(() => this.drained());
  }

  private *drained(): Op<boolean> {
    yield* this.poolLock.acquire();
    const { isolated } = this.pool;
    yield* this.poolLock.release();
    return isolated === 0;
  }

  protected get pool(): Pool {
    return this.state.pool!;
  }

  // ---- what users call ----------------------------------------------------------------------------------------------

  /** @kernel mm/zsmalloc.c zs_malloc */
  *allocate(): Op<GroupHandle | null> {
    yield* this.poolLock.acquire();
    for (const group of this.pool.groups) {
      const index = group.objects.indexOf(false);
      if (group.dying || index < 0) continue;
      this.occupy(group, index);
      yield* this.poolLock.release();
      return shared<GroupHandle>({ group, index });
    }
    yield* this.poolLock.release();
    return yield* this.allocateGroup();
  }

  /** A new group with its first object. @kernel mm/zsmalloc.c alloc_zspage */
  private *allocateGroup(): Op<GroupHandle | null> {
    const pages: Page[] = [];
    while (pages.length < GROUP_PAGES) {
      const page = yield* this.context.allocator.allocPage();
      if (page === null) break;
      pages.push(page);
    }
    if (pages.length < GROUP_PAGES) {
      for (const page of pages) yield* page.put();
      return null;
    }
    const group = makeGroup();
    makeChain(group, this.links, pages);
    group.objects[0] = true;
    setFullness(group);
    for (const page of pages) {
      yield* page.lock();
      yield* setPageMovable(page, this.context.mapping);
      yield* page.unlock();
    }
    yield* this.poolLock.acquire();
    this.state.objects++;
    this.state.pages += GROUP_PAGES;
    this.pool.groups.add(group);
    yield* this.poolLock.release();
    return shared<GroupHandle>({ group, index: 0 });
  }

  private occupy(group: Group, index: number): void {
    group.objects[index] = true;
    this.state.objects++;
    setFullness(group);
  }

  /** @kernel mm/zsmalloc.c zs_free */
  *free({ group, index }: GroupHandle): Op<void> {
    yield* this.poolLock.acquire();
    group.objects[index] = false;
    this.state.objects--;
    setFullness(group);
    yield* this.freeIfUnused(group);
    yield* this.poolLock.release();
  }

  *write(handle: GroupHandle, value: number): Op<void> {
    const page = yield* this.map(handle);
    page.writeWord(0, value);
    yield* this.unmap();
  }

  *read(handle: GroupHandle): Op<number> {
    const page = yield* this.map(handle);
    const value = page.readWord(0);
    yield* this.unmap();
    return value;
  }

  /** The page of an object, which nobody moves until it is unmapped. @kernel mm/zsmalloc.c zs_map_object */
  private *map({ group, index }: GroupHandle): Op<Page> {
    yield* this.migrateLock.readAcquire();
    return pagesOf(group, this.links)[index]!;
  }

  /** @kernel mm/zsmalloc.c zs_unmap_object */
  private *unmap(): Op<void> {
    yield* this.endMapping();
    yield* this.migrateLock.readRelease();
  }

  /** Takes the mapping away that a user looked through. Locks: `migrate_lock` for reading. @kernel mm/zsmalloc.c __zs_unmap_object */
  protected *endMapping(): Op<void> {}

  // ---- the end of groups --------------------------------------------------------------------------------------------

  /** Has the worker free a group without objects, of which no page is isolated. Locks: `pool.lock`. @kernel mm/zsmalloc.c kick_deferred_free */
  protected *freeIfUnused(group: Group): Op<void> {
    if (group.dying || inUse(group) > 0 || this.isolatedOf(group) > 0) return;
    group.dying = true;
    this.pool.empty.push(group);
    yield* this.queue.queueWork(this.freeWork);
  }

  /** How many pages of a group are isolated. Locks: `pool.lock`. */
  protected isolatedOf(group: Group): number {
    return group.word & ((1 << FULLNESS_SHIFT) - 1);
  }

  /** @kernel mm/zsmalloc.c async_free_zspage */
  private *freeGroups(): Op<void> {
    for (;;) {
      yield* this.poolLock.acquire();
      const group = this.pool.empty.shift();
      yield* this.poolLock.release();
      if (group === undefined) return;
      yield* this.freeGroup(group, yield* this.lockGroup(group));
    }
  }

  /**
   * Locks every page of a group and gives them. What is not locked may be moved, so the chain is followed under
   * `migrate_lock`, and a page that is busy is waited for outside it, with a reference and with no page locked. May sleep.
   *
   * @kernel mm/zsmalloc.c lock_zspage
   */
  protected *lockGroup(group: Group): Op<Page[]> {
    for (;;) {
      yield* this.migrateLock.readAcquire();
      const pages = pagesOf(group, this.links);
      const busy = yield* tryLockAll(pages);
      if (busy !== null) yield* busy.get();
      yield* this.migrateLock.readRelease();
      if (busy === null) return pages;
      yield* busy.waitUntilUnlocked();
      yield* busy.put();
    }
  }

  /** Locks: the page locks of all its pages, which it drops. @kernel mm/zsmalloc.c __free_zspage */
  private *freeGroup(group: Group, pages: readonly Page[]): Op<void> {
    yield* this.poolLock.acquire();
    this.pool.groups.delete(group);
    this.pool.isolated -= this.isolatedOf(group);
    this.state.pages -= pages.length;
    for (const page of pages) {
      this.links[page.pfn]!.group = null;
      this.links[page.pfn]!.next = null;
    }
    yield* this.poolLock.release();
    freeShared(group);
    for (const page of pages) {
      yield* clearPageMovable(page);
      yield* page.unlock();
      yield* page.put();
    }
    yield* this.returned.wakeUp();
  }
}

/** Locks all pages, or none: then it gives the one that is locked already. @kernel mm/zsmalloc.c trylock_zspage */
function* tryLockAll(pages: readonly Page[]): Op<Page | null> {
  for (const page of pages) {
    if (yield* page.tryLock()) continue;
    for (const locked of pages.slice(0, pages.indexOf(page))) yield* locked.unlock();
    return page;
  }
  return null;
}

/** Writes how full a group is into its word. Locks: `pool.lock`. @kernel mm/zsmalloc.c set_zspage_mapping */
function setFullness(group: Group): void {
  group.word = (group.word & ((1 << FULLNESS_SHIFT) - 1)) | (inUse(group) << FULLNESS_SHIFT);
}
