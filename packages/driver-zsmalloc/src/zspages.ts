import {
  clearPageMovable,
  setPageMovable,
  shared,
  workQueue,
  type Gfp,
  type KernelService,
  type MovableMapping,
  type Op,
  type Page,
  type WorkQueue,
} from '@movable-pages/core';
import { initObjects } from './objects.js';
import type { SizeClass } from './size-class.js';
import { Zspage } from './zspage.js';

/**
 * How zspages come and go. A zspage is freed with all of its pages locked, which keeps the VM's hands off them. Whoever
 * frees the last object holds spinlocks and can only try those locks; if one is taken, a worker does it later, who may
 * sleep.
 *
 * @kernel mm/zsmalloc.c alloc_zspage, free_zspage, async_free_zspage
 * @since 0.1.0
 */
export class Zspages {
  /** Frees what could not be freed at once. */
  readonly queue: WorkQueue = workQueue('zsmalloc');
  private readonly freeWork = this.queue.work('zs_pool.free_work', () => this.asyncFree());
  /** By page frame number, the zspage whose address is in `page.private`: a word leads to no object. */
  private readonly byPage: (Zspage | null)[];

  constructor(
    private readonly kernel: KernelService,
    private readonly mapping: MovableMapping,
    private readonly classes: readonly SizeClass[],
  ) {
    this.byPage = shared(Array.from({ length: kernel.frames.count }, (): Zspage | null => null));
    Object.freeze(this);
  }

  /**
   * The zspage of a page. Locks: the page lock, or the pin of an object that begins in it.
   *
   * @kernel mm/zsmalloc.c get_zspage
   */
  of(page: Page): Zspage {
    return this.byPage[page.pfn]!;
  }

  /**
   * A new zspage that nobody knows, or null if there is no memory. Sleeps if `gfp` says so.
   *
   * @kernel mm/zsmalloc.c alloc_zspage
   */
  *alloc(sizeClass: SizeClass, gfp: Gfp): Op<Zspage | null> {
    const { allocator, memory } = this.kernel;
    const pages: Page[] = [];
    while (pages.length < sizeClass.pagesPerZspage) {
      const page = yield* allocator.allocPage({ gfp });
      if (page === null) {
        for (const taken of pages) {
          memory.nodeStat.add(taken.node, 'nr_zspages', -1);
          yield* taken.put();
        }
        return null;
      }
      memory.nodeStat.add(page.node, 'nr_zspages', 1);
      pages.push(page);
    }
    const zspage = new Zspage(this.kernel, sizeClass, pages);
    for (const page of pages) this.byPage[page.pfn] = zspage;
    initObjects(zspage);
    return zspage;
  }

  /**
   * Lets the VM have the pages of a zspage that is set up. Never sleeps.
   *
   * Locks: `sizeClass.lock`.
   *
   * @kernel mm/zsmalloc.c SetZsPageMovable
   */
  *setMovable(zspage: Zspage): Op<void> {
    for (const page of zspage.pages()) {
      // Nobody else locks a page that is not movable yet: the VM looks at the mark before it tries the lock.
      // mutate-ignore try-for-granted: so it may be taken for granted
      if (!(yield* page.tryLock())) throw new Error(`${page} is new, and somebody has it locked`);
      yield* setPageMovable(page, this.mapping);
      yield* page.unlock();
    }
  }

  /**
   * Frees a zspage that is empty and on its list: now if nobody has one of its pages locked, soon otherwise. Never sleeps.
   *
   * Locks: `sizeClass.lock`.
   *
   * @returns Whether it is freed.
   * @kernel mm/zsmalloc.c free_zspage
   */
  *free(zspage: Zspage): Op<boolean> {
    if ((yield* this.tryLockPages(zspage)) !== null) {
      yield* this.freeLater();
      return false;
    }
    zspage.sizeClass.remove(zspage);
    yield* this.release(zspage);
    return true;
  }

  /** Has the worker free all zspages that are empty. Never sleeps. @kernel mm/zsmalloc.c kick_deferred_free */
  *freeLater(): Op<void> {
    yield* this.queue.queueWork(this.freeWork);
  }

  /**
   * Puts a page in the place of one that is migrated.
   *
   * Locks: both page locks, the lock of the zspage for writing, `sizeClass.lock`.
   *
   * @kernel mm/zsmalloc.c replace_sub_page
   */
  *replace(zspage: Zspage, newPage: Page, oldPage: Page): Op<void> {
    if (zspage.sizeClass.huge) newPage.index = oldPage.index;
    zspage.chain(zspage.pages().map((page) => (page === oldPage ? newPage : page)));
    this.byPage[newPage.pfn] = zspage;
    yield* setPageMovable(newPage, this.mapping);
    this.kernel.memory.nodeStat.add(newPage.node, 'nr_zspages', 1);
  }

  /**
   * Lets go of a page. Locks: the page lock.
   *
   * @kernel mm/zsmalloc.c reset_page
   */
  *reset(page: Page): Op<void> {
    this.byPage[page.pfn] = null;
    page.private = 0;
    yield* clearPageMovable(page);
    this.kernel.memory.nodeStat.add(page.node, 'nr_zspages', -1);
  }

  /** What the worker does. @kernel mm/zsmalloc.c async_free_zspage */
  private *asyncFree(): Op<void> {
    for (const sizeClass of this.classes) {
      yield* sizeClass.lock.acquire();
      const empty = sizeClass.takeEmpty();
      yield* sizeClass.lock.release();
      for (const zspage of empty) {
        yield* this.lockPages(zspage);
        yield* sizeClass.lock.acquire();
        yield* this.release(zspage);
        yield* sizeClass.lock.release();
      }
    }
  }

  /**
   * Locks all pages of a zspage that is empty: the VM has none of them and gets none, so the chain stays. Sleeps, with none
   * of them locked, until all can be had.
   *
   * @kernel mm/zsmalloc.c lock_zspage
   */
  protected *lockPages(zspage: Zspage): Op<void> {
    for (;;) {
      const busy = yield* this.tryLockPages(zspage);
      if (busy === null) return;
      yield* busy.waitUntilUnlocked();
    }
  }

  /**
   * Locks all pages of a zspage, or none: then it gives the page that is locked already. Never sleeps.
   *
   * Locks: as {@link Zspage.nextPage}.
   *
   * @kernel mm/zsmalloc.c trylock_zspage
   */
  protected *tryLockPages(zspage: Zspage): Op<Page | null> {
    const locked: Page[] = [];
    for (const page of zspage.pages()) {
      if (yield* page.tryLock()) {
        locked.push(page);
        continue;
      }
      for (const each of locked) yield* each.unlock();
      return page;
    }
    return null;
  }

  /**
   * Frees an empty zspage that is on no list. Never sleeps.
   *
   * Locks: all of its page locks, which go with it, and `sizeClass.lock`.
   *
   * @kernel mm/zsmalloc.c __free_zspage
   */
  private *release(zspage: Zspage): Op<void> {
    const { sizeClass } = zspage;
    for (const page of zspage.pages()) {
      yield* this.reset(page);
      yield* page.unlock();
      yield* page.put();
    }
    sizeClass.stats.objsAllocated -= sizeClass.objsPerZspage;
    zspage.free();
  }
}
