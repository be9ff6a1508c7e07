import {
  Gfp,
  type KernelService,
  type MovableMapping,
  type Op,
  type Page,
  type Shrinker,
  SHRINK_STOP,
} from '@movable-pages/core';
import { classTable, HANDLE_SIZE, hugeClassSize, sizeClassIndex } from './class-table.js';
import { Fullness } from './fullness.js';
import { HandleCache } from './handle-cache.js';
import type { ZsHandle } from './handle.js';
import { IsolationCount } from './isolation-count.js';
import { MapMode, MappedObject } from './mapped-object.js';
import { compactClass } from './object-compaction.js';
import { placeIn, WORD } from './object-place.js';
import { objFree, objMalloc } from './objects.js';
import { SizeClass } from './size-class.js';
import { Zspages } from './zspages.js';

/**
 * A pool of small objects: allocate, free, map, unmap, and give memory back.
 *
 * Lock order: a pin, the lock of the zspage, the lock of its class. Page locks come before the last two. Against the order
 * only tries.
 *
 * @kernel mm/zsmalloc.c struct zs_pool
 * @since 0.1.0
 */
export class ZsPool {
  /** Every class once, smallest objects first. */
  readonly classes: readonly SizeClass[];
  /** @internal */
  readonly handles: HandleCache;
  /** @internal */
  readonly zspages: Zspages;
  /** @internal Zspages that the VM has a page of. */
  readonly isolation: IsolationCount;
  /** Objects of this many bytes and more get a page to themselves. @kernel mm/zsmalloc.c zs_huge_class_size */
  readonly hugeClassSize: number;
  /** Called when memory is short. @kernel mm/zsmalloc.c zs_shrinker_scan */
  readonly shrinker: Shrinker;
  private readonly bySize: readonly SizeClass[];

  /**
   * @param pagesPerZspage Pages of a zspage at most, 1 to 8.
   * @throws RangeError if `pagesPerZspage` is none of these.
   */
  constructor(
    /** @internal */
    readonly kernel: KernelService,
    mapping: MovableMapping,
    pagesPerZspage?: number,
  ) {
    const table = classTable(this.pageSize, pagesPerZspage);
    const made = new Map(table.map((geometry) => [geometry, null as SizeClass | null]));
    for (const geometry of made.keys()) made.set(geometry, new SizeClass(geometry));
    this.bySize = Object.freeze(table.map((geometry) => made.get(geometry)!));
    this.classes = Object.freeze([...new Set(this.bySize)]);
    this.hugeClassSize = hugeClassSize(table);
    this.handles = new HandleCache(kernel.machine);
    this.isolation = this.makeIsolation();
    this.zspages = this.makeZspages(mapping);
    this.shrinker = Object.freeze({
      name: 'zsmalloc',
      countObjects: () => this.freeablePages(),
      scanObjects: () => this.scanObjects(),
    });
    kernel.registerShrinker(this.shrinker);
    Object.freeze(this);
  }

  /**
   * Makes an object. Sleeps if `gfp` says so.
   *
   * @param size In bytes, 1 to the size of a page.
   * @returns Its handle, or null if there is no memory or no such size.
   * @kernel mm/zsmalloc.c zs_malloc
   */
  *malloc(size: number, gfp: Gfp = Gfp.highUserMovable): Op<ZsHandle | null> {
    // mutate-ignore drop-guard: no scenario asks for such a size; the tests of the pool do
    if (!(size > 0 && size <= this.pageSize)) return null;
    const handle = this.handles.alloc();
    const sizeClass = this.bySize[sizeClassIndex(size + HANDLE_SIZE, this.pageSize)]!;
    yield* sizeClass.lock.acquire();
    const zspage = sizeClass.findRoom();
    if (zspage !== null) {
      const { page, index } = objMalloc(zspage, handle);
      sizeClass.fixFullness(zspage);
      yield* handle.record(page.pfn, index, false);
      yield* sizeClass.lock.release();
      return handle;
    }
    yield* sizeClass.lock.release();
    if (yield* this.mallocFromNew(sizeClass, handle, gfp)) return handle;
    this.handles.free(handle);
    return null;
  }

  /** The part of {@link ZsPool.malloc} for a class without room. */
  private *mallocFromNew(sizeClass: SizeClass, handle: ZsHandle, gfp: Gfp): Op<boolean> {
    const zspage = yield* this.zspages.alloc(sizeClass, gfp);
    if (zspage === null) return false;
    yield* sizeClass.lock.acquire();
    const { page, index } = objMalloc(zspage, handle);
    sizeClass.insert(zspage);
    sizeClass.stats.objsAllocated += sizeClass.objsPerZspage;
    // mutate-ignore swap-steps: the lock of the class keeps the VM waiting until both are done
    yield* handle.record(page.pfn, index, false);
    // Last: from here on the VM may come for the pages.
    yield* this.zspages.setMovable(zspage);
    yield* sizeClass.lock.release();
    return true;
  }

  /** Frees an object. Nobody may use the handle any more. Never sleeps. @kernel mm/zsmalloc.c zs_free */
  *free(handle: ZsHandle): Op<void> {
    yield* handle.pin();
    const page = this.pageOf(handle);
    const zspage = this.zspages.of(page);
    const { sizeClass } = zspage;
    // mutate-ignore drop-lock: the lock of the class keeps the chain as well; Linux takes both
    yield* zspage.lock.readAcquire();
    yield* sizeClass.lock.acquire();
    objFree(zspage, page, handle.index);
    const fullness = sizeClass.fixFullness(zspage);
    // mutate-ignore release-early: this is under the lock of the class
    const { isolated } = zspage;
    yield* zspage.lock.readRelease();
    // If the VM has a page of it, the end of the isolation frees it.
    if (fullness === Fullness.empty && isolated === 0) yield* this.zspages.free(zspage);
    // mutate-ignore swap-steps: nobody asks for the pin of an object that is free
    yield* sizeClass.lock.release();
    yield* handle.unpin();
    this.handles.free(handle);
  }

  /**
   * Lets the user at an object, which stays where it is until {@link ZsPool.unmap}. Never sleeps, and until then the user
   * must not either.
   *
   * @kernel mm/zsmalloc.c zs_map_object
   */
  *map(handle: ZsHandle, mode: MapMode = MapMode.readWrite): Op<MappedObject> {
    // From here on the object stays, for object compaction and for migration.
    yield* handle.pin();
    const page = this.pageOf(handle);
    const zspage = this.zspages.of(page);
    const { size, huge } = zspage.sizeClass;
    const skip = huge ? 0 : HANDLE_SIZE / WORD;
    // From here on no page of the zspage moves: the object may end in the next.
    yield* zspage.lock.readAcquire();
    const place = placeIn(zspage, page, handle.index);
    return new MappedObject(zspage, place, skip, size / WORD - skip, mode);
  }

  /** Ends a mapping. Never sleeps. @kernel mm/zsmalloc.c zs_unmap_object */
  *unmap(handle: ZsHandle, mapped: MappedObject): Op<void> {
    mapped.writeBack();
    // mutate-ignore swap-steps: the user is done, so it does not matter who may move the object first
    yield* mapped.zspage.lock.readRelease();
    yield* handle.unpin();
  }

  /**
   * Moves objects together so that zspages become empty, and frees those. Never sleeps.
   *
   * @returns How many pages it freed.
   * @kernel mm/zsmalloc.c zs_compact
   */
  *compact(): Op<number> {
    let freed = 0;
    for (let at = this.classes.length - 1; at >= 0; at--)
      freed += yield* compactClass(this, this.classes[at]!);
    return freed;
  }

  /**
   * Destroys the pool, all objects of which must have been freed: waits until the VM has none of its pages and what is
   * left for the worker is freed. Sleeps.
   *
   * @kernel mm/zsmalloc.c zs_destroy_pool
   */
  *destroy(): Op<void> {
    this.kernel.reclaim.unregisterShrinker(this.shrinker);
    yield* this.kernel.reclaim.synchronizeShrinkers();
    yield* this.isolation.drain();
    // In this order: whoever gave the last page back had the worker called before.
    yield* this.zspages.queue.destroy();
    for (const sizeClass of this.classes) sizeClass.checkStats();
  }

  /** Pages of the pool. As it is, for reports. @kernel mm/zsmalloc.c zs_get_total_pages */
  get totalPages(): number {
    return this.sum(({ stats, objsPerZspage, pagesPerZspage }) => {
      return (stats.objsAllocated / objsPerZspage) * pagesPerZspage;
    });
  }

  /** Objects of the pool. As it is, for reports. */
  get objects(): number {
    return this.sum(({ stats }) => stats.objsUsed);
  }

  /** Makes what counts the zspages that the VM has a page of. */
  protected makeIsolation(): IsolationCount {
    return new IsolationCount();
  }

  /** Makes what allocates and frees zspages. */
  protected makeZspages(mapping: MovableMapping): Zspages {
    return new Zspages(this.kernel, mapping, this.classes);
  }

  private get pageSize(): number {
    return this.kernel.contents.pageWords * WORD;
  }

  /** The page in which an object begins. Locks: the pin. */
  private pageOf(handle: ZsHandle): Page {
    return this.kernel.page(handle.pfn);
  }

  /** @kernel mm/zsmalloc.c zs_shrinker_count */
  private *freeablePages(): Op<number> {
    let pages = 0;
    for (const sizeClass of this.classes) {
      yield* sizeClass.lock.acquire();
      pages += sizeClass.freeablePages();
      yield* sizeClass.lock.release();
    }
    return pages;
  }

  private *scanObjects(): Op<number> {
    const freed = yield* this.compact();
    return freed > 0 ? freed : SHRINK_STOP;
  }

  private sum(of: (sizeClass: SizeClass) => number): number {
    return this.classes.reduce((total, sizeClass) => total + of(sizeClass), 0);
  }
}
