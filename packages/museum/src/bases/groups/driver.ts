import {
  clearPageMovable,
  copyPage,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  setPageMovable,
  type AddressSpaceDriver,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';
import { driverBase } from '../../driver-twins.js';
import { ISOLATED_BITS, makeChain, pagesOf, type Group } from './group.js';
import { GroupObjects, type GroupHandle } from './objects.js';

/**
 * Groups of pages as zsmalloc has them, as small as they can be: a chain of pages, an object on each, a count of isolated
 * pages that shares a word with another field, a worker that frees empty groups later, a lock that readers of objects hold
 * against migration, operations that are registered, and a destruction that drains.
 *
 * Each step that history got wrong is a method of its own, for a broken twin to override. Not modelled: objects of
 * different sizes, objects across pages, size classes.
 *
 * @kernel mm/zsmalloc.c
 */
export class GroupDriver extends GroupObjects implements AddressSpaceDriver {
  /** @kernel mm/zsmalloc.c zs_page_isolate */
  *isolatePage(page: Page, _mode: number): Op<boolean> {
    const group = this.links[page.pfn]!.group!;
    if (!(yield* this.beginIsolation())) return false;
    yield* this.countIsolated(group, 1);
    return true;
  }

  /** @kernel mm/zsmalloc.c zs_page_migrate */
  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    const group = this.links[oldPage.pfn]!.group!;
    yield* this.migrateLock.writeAcquire();
    yield* copyPage(newPage, oldPage);
    const pages = pagesOf(group, this.links).map((page) => (page === oldPage ? newPage : page));
    makeChain(group, this.links, pages);
    this.links[oldPage.pfn]!.group = null;
    this.links[oldPage.pfn]!.next = null;
    yield* this.migrateLock.writeRelease();
    yield* newPage.get();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    yield* this.endMove(group);
    return MIGRATEPAGE_SUCCESS;
  }

  /** @kernel mm/zsmalloc.c zs_page_putback */
  *putbackPage(page: Page): Op<void> {
    yield* this.endIsolation(this.links[page.pfn]!.group!);
  }

  /** How a test uses the pool. */
  workload(): Workload<GroupHandle> {
    return {
      load: () => this.load(),
      allocate: () => this.allocate(),
      write: (handle, value) => this.write(handle, value),
      read: (handle) => this.read(handle),
      free: (handle) => this.free(handle),
      unload: () => this.unload(),
      inspect: () => ({
        pages: this.state.pages,
        objects: this.state.objects,
        isolated: this.isolatedPages(),
      }),
    };
  }

  // ---- steps of the callbacks ---------------------------------------------------------------------------------------

  /** Counts a page as isolated in the pool, unless the pool is going away. */
  private *beginIsolation(): Op<boolean> {
    yield* this.poolLock.acquire();
    const may = !this.pool.destroying;
    if (may) this.pool.isolated++;
    yield* this.poolLock.release();
    return may;
  }

  /** Counts an isolated page in its group. @kernel mm/zsmalloc.c inc_zspage_isolation, mm/zsmalloc.c dec_zspage_isolation */
  protected *countIsolated(group: Group, delta: number): Op<void> {
    yield* this.poolLock.acquire();
    this.addIsolated(group, delta);
    yield* this.poolLock.release();
  }

  /** Writes the count of isolated pages. Locks: whatever guards the word of the group. */
  protected addIsolated(group: Group, delta: number): void {
    const mask = (1 << this.isolatedBits()) - 1;
    const isolated = (this.isolatedOf(group) + delta) & mask;
    group.word = group.word - this.isolatedOf(group) + isolated;
  }

  /** How wide the count is. */
  protected isolatedBits(): number {
    return ISOLATED_BITS;
  }

  /** A page is not isolated any more: if its group has no object, it is time to free it. */
  protected *endIsolation(group: Group): Op<void> {
    yield* this.countIsolated(group, -1);
    yield* this.poolLock.acquire();
    yield* this.freeIfUnused(group);
    this.pool.isolated--;
    yield* this.poolLock.release();
    yield* this.returned.wakeUp();
  }

  /** The same after a move. */
  protected *endMove(group: Group): Op<void> {
    yield* this.endIsolation(group);
  }

  private isolatedPages(): number {
    if (!this.state.loaded) return 0;
    let isolated = 0;
    for (const group of this.pool.groups) isolated += this.isolatedOf(group);
    return isolated;
  }
}

/** The base of the exhibits of zsmalloc. */
export const groups = driverBase('groups', GroupDriver, ['refuses-isolation']);
