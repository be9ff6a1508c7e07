import { mutex, shared, word, type Op, type Page } from '@movable-pages/core';
import type { DeviceMmu } from './device-mmu.js';
import { DeviceQueue } from './device-queue.js';

/**
 * A buffer: some pages that the device sees as one window of its address space, and a queue of jobs on them. Buffers
 * come from a pool and go back to it; who has none has no handle of it either.
 *
 * @kernel include/drm/ttm/ttm_bo.h struct ttm_buffer_object
 * @since 0.1.0
 */
export class GpuBuffer {
  /** The reservation: whoever holds it has the buffer to himself, and no job is submitted meanwhile. */
  readonly reservation = mutex('reservation');
  /** The device's side. */
  readonly queue: DeviceQueue;
  /** How many need its pages to stay where they are. Grows under the reservation; a look without it is a hint. */
  readonly pins = word('gpu pins');
  /**
   * Under the reservation. `resident`: every page is there, and the device can reach it. If not, the contents are in
   * `swap`.
   */
  readonly state = shared({ resident: false });
  /** Under the reservation. A page that is there knows its place: `private` is the buffer, `index` the number here. */
  readonly pages: (Page | null)[];
  /** Under the reservation. The words of all pages, one page after the other; zeros from the start. */
  readonly swap: number[];

  constructor(
    /** What `private` of its pages says; never 0. */
    readonly id: number,
    /** Its first page in the device's address space. */
    readonly address: number,
    pages: number,
    /** 32-bit words of a page. */
    readonly pageWords: number,
    mmu: DeviceMmu,
  ) {
    this.queue = new DeviceQueue(mmu);
    this.pages = shared<(Page | null)[]>(Array.from({ length: pages }, () => null));
    this.swap = shared<number[]>(Array.from({ length: pages * pageWords }, () => 0));
    Object.freeze(this);
  }

  /** Whether somebody has it pinned. Never sleeps. */
  *pinned(): Op<boolean> {
    return (yield* this.pins.load()) > 0;
  }

  /**
   * Takes the reservation. May sleep if it `mayWait`.
   *
   * @returns Whether it was taken.
   * @kernel include/linux/dma-resv.h dma_resv_lock, include/linux/dma-resv.h dma_resv_trylock
   */
  *reserve(mayWait: boolean): Op<boolean> {
    if (!mayWait) return yield* this.reservation.tryAcquire();
    yield* this.reservation.acquire();
    return true;
  }

  /** Takes the reservation, and waits for the device to be done. May sleep. */
  *reserveIdle(): Op<void> {
    yield* this.reservation.acquire();
    yield* this.queue.waitIdle();
  }

  /** Sets the first word of every page, wherever it is kept. Locks: the reservation; the queue is idle. */
  fill(value: number): void {
    const { state, pages, swap, pageWords } = this;
    for (let index = 0; index < pages.length; index++) {
      if (state.resident) pages[index]!.writeWord(0, value);
      else swap[index * pageWords] = value;
    }
  }

  /** A word of a buffer as it is, wherever it is kept. Locks: the reservation; the queue is idle. */
  readWord(page: number, index: number): number {
    if (this.state.resident) return this.pages[page]!.readWord(index);
    return this.swap[page * this.pageWords + index]!;
  }
}
