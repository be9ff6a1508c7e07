import {
  clearPageMovable,
  Gfp,
  setPageMovable,
  type MovableMapping,
  type Op,
  type Page,
  type PageAllocator,
} from '@movable-pages/core';
import type { DeviceMmu } from './device-mmu.js';
import type { GpuBuffer } from './gpu-buffer.js';

/**
 * How pages come to a buffer, leave it, and are replaced in it: the one place where pages, device entries and the marks
 * of the VM change together.
 *
 * A page lock comes before the reservation. Whoever holds a reservation only tries a page lock.
 *
 * @kernel drivers/gpu/drm/ttm/ttm_tt.c
 * @since 0.1.0
 */
export class Residency {
  constructor(
    private readonly allocator: PageAllocator,
    private readonly mapping: MovableMapping,
    private readonly mmu: DeviceMmu,
  ) {
    Object.freeze(this);
  }

  /**
   * Takes the reservation of a buffer that the device is done with, with all its pages there and mapped. May sleep.
   *
   * @returns False, without the reservation, if there is no memory or the device refuses it.
   * @kernel drivers/gpu/drm/ttm/ttm_bo.c ttm_bo_validate
   */
  *reserveResident(buffer: GpuBuffer): Op<boolean> {
    yield* buffer.reserveIdle();
    // mutate-ignore drop-guard: a shortcut: pages that are not needed are given back below
    if (buffer.state.resident) return true;
    yield* buffer.reservation.release();
    // Without the reservation: an allocation may reclaim and compact, and both come back to us.
    const pages = yield* this.allocate(buffer.pages.length);
    if (pages === null) return false;
    yield* buffer.reserveIdle();
    // Somebody else may have been quicker.
    const resident = buffer.state.resident;
    const attached = !resident && (yield* this.attach(buffer, pages));
    // mutate-ignore release-early: no buffer leads to the pages, so it does not matter when they are unlocked
    if (!resident && !attached) yield* buffer.reservation.release();
    yield* this.unlock(pages);
    if (!attached) yield* this.put(pages);
    return resident || attached;
  }

  /**
   * Moves a buffer's contents to swap and lets its pages go, if nobody needs them now. Never sleeps.
   *
   * Locks: the reservation.
   *
   * @returns How many pages it let go of.
   * @kernel drivers/gpu/drm/ttm/ttm_bo.c ttm_bo_swapout
   */
  *evict(buffer: GpuBuffer): Op<number> {
    const { state } = buffer;
    if (!state.resident || (yield* buffer.pinned()) || !(yield* buffer.queue.idle())) return 0;
    const pages = buffer.pages as Page[];
    // By try: the VM holds a page lock when it comes for the reservation.
    if (!(yield* this.tryLock(pages))) return 0;
    this.mmu.unmap(buffer.address, pages.length);
    for (let index = 0; index < pages.length; index++) {
      for (let word = 0; word < buffer.pageWords; word++)
        buffer.swap[index * buffer.pageWords + word] = pages[index]!.readWord(word);
    }
    state.resident = false;
    for (let index = 0; index < pages.length; index++) yield* this.drop(buffer, index);
    return pages.length;
  }

  /**
   * Lets go of all pages of a buffer that nobody uses any more, and of its contents. Sleeps until the VM has unlocked
   * those that it is at work on.
   *
   * Locks: the reservation, which is dropped while it waits; the queue is idle.
   *
   * @kernel drivers/gpu/drm/ttm/ttm_tt.c ttm_tt_unpopulate
   */
  *release(buffer: GpuBuffer): Op<void> {
    const { state, pages } = buffer;
    this.mmu.unmap(buffer.address, pages.length);
    // From here on nobody moves its pages, so that waiting for one is enough.
    state.resident = false;
    buffer.swap.fill(0);
    for (let index = 0; index < pages.length; index++) {
      const page = pages[index]!;
      if (page === null) continue;
      while (!(yield* page.tryLock())) {
        yield* buffer.reservation.release();
        yield* page.waitUntilUnlocked();
        yield* buffer.reservation.acquire();
      }
      yield* this.drop(buffer, index);
    }
  }

  /**
   * Puts a page in the place of one that the VM has, which the device cannot reach any more. Never sleeps.
   *
   * Locks: both page locks, the reservation.
   */
  *replace(buffer: GpuBuffer, index: number, newPage: Page): Op<void> {
    // mutate-ignore swap-steps: the VM has a reference on the new page until this is over
    yield* newPage.get();
    yield* this.adopt(buffer, index, newPage);
  }

  /**
   * Lets go of a page that no buffer leads to any more; our reference is the caller's to drop. Never sleeps.
   *
   * Locks: the page lock.
   */
  *letGo(page: Page): Op<void> {
    page.private = 0;
    yield* clearPageMovable(page);
  }

  /** Pages for a buffer, each locked, or null. May sleep. */
  private *allocate(count: number): Op<Page[] | null> {
    const pages: Page[] = [];
    while (pages.length < count) {
      const page = yield* this.allocator.allocPage({ gfp: Gfp.highUserMovable });
      if (page === null) {
        yield* this.put(pages);
        return null;
      }
      pages.push(page);
    }
    // Not before all are there: an allocation may compact, and lock pages of others itself.
    for (const page of pages) {
      // Nobody else locks a page that is not movable yet: the VM looks at the mark before it tries the lock.
      // mutate-ignore try-for-granted: so it may be taken for granted
      if (!(yield* page.tryLock())) throw new Error(`${page} is new, and somebody has it locked`);
    }
    return pages;
  }

  /** Gives pages to a buffer that has none, with its contents. Locks: the pages', the reservation. */
  private *attach(buffer: GpuBuffer, pages: readonly Page[]): Op<boolean> {
    if (!(yield* this.mmu.map(buffer.address, pages))) return false;
    for (let index = 0; index < pages.length; index++) {
      const page = pages[index]!;
      for (let word = 0; word < buffer.pageWords; word++) page.writeWord(word, buffer.readWord(index, word));
      yield* this.adopt(buffer, index, page);
    }
    buffer.state.resident = true;
    return true;
  }

  /** From here on the page is the buffer's, and the VM may ask for it. Locks: the page lock, the reservation. */
  private *adopt(buffer: GpuBuffer, index: number, page: Page): Op<void> {
    page.private = buffer.id;
    page.index = index;
    buffer.pages[index] = page;
    yield* setPageMovable(page, this.mapping);
  }

  /** Takes a page out of its buffer and lets go of it. Locks: the page lock, which is dropped, and the reservation. */
  private *drop(buffer: GpuBuffer, index: number): Op<void> {
    const page = buffer.pages[index]!;
    buffer.pages[index] = null;
    yield* this.letGo(page);
    yield* page.unlock();
    yield* page.put();
  }

  /** All of them, or none. */
  private *tryLock(pages: readonly Page[]): Op<boolean> {
    for (let index = 0; index < pages.length; index++) {
      if (yield* pages[index]!.tryLock()) continue;
      yield* this.unlock(pages.slice(0, index));
      return false;
    }
    return true;
  }

  private *unlock(pages: readonly Page[]): Op<void> {
    for (const page of pages) yield* page.unlock();
  }

  private *put(pages: readonly Page[]): Op<void> {
    for (const page of pages) yield* page.put();
  }
}
