// mutate-ignore-file: the device's side, which no driver answers for
import { choose, copyPage, kthread, shared, word, type Op, type Page } from '@movable-pages/core';
import type { DeviceMmu } from './device-mmu.js';

/** The fault: the copy engine gives up half-way. */
export const COPY_FAILS = 'gpu: the copy engine fails';

/** What a job does to the first word of each page: sets it, or adds to it. @since 0.1.0 */
export type JobKind = 'fill' | 'add';

/** The fence: a job was handed to the device, and it is not done. */
const BUSY = 1;
const IDLE = 0;

/**
 * A queue of the device: a thread that runs one job at a time, through the device's page table, and says when it is done.
 *
 * The word `fence` hands the job over and back, so that no lock of the device's is needed: whoever holds the reservation
 * writes the job while the fence says idle, and the device reads it while the fence says busy.
 *
 * @kernel include/linux/dma-fence.h struct dma_fence
 * @since 0.1.0
 */
export class DeviceQueue {
  private readonly fence = word('gpu fence', IDLE);
  /** With a source and a target it is a copy. */
  private readonly job = shared({
    kind: 'fill' as JobKind,
    address: 0,
    pages: 0,
    operand: 0,
    source: null as Page | null,
    target: null as Page | null,
  });
  private readonly outcome = shared({ copied: false, faults: 0 });

  /** Made in the constructor of its driver, like everything that executions start from. */
  constructor(private readonly mmu: DeviceMmu) {
    kthread('gpu queue', { party: 'device', daemon: true }, () => this.serve());
    Object.freeze(this);
  }

  /**
   * Hands the device a job on `pages` pages from `address` on. Never sleeps: the job is done when the fence says so.
   *
   * Locks: the reservation; the queue is idle.
   *
   * @kernel include/drm/gpu_scheduler.h drm_sched_entity_push_job
   */
  *submit(kind: JobKind, address: number, pages: number, operand: number): Op<void> {
    Object.assign(this.job, { kind, address, pages, operand });
    yield* this.fence.store(BUSY);
  }

  /**
   * Has the device copy a page by its bus address, past its page table, and waits until it is done: for as long as it
   * takes, because the target may be given back afterwards. Sleeps.
   *
   * Locks: the reservation; the queue is idle.
   *
   * @returns Whether all of it was copied.
   */
  *copy(target: Page, source: Page): Op<boolean> {
    Object.assign(this.job, { source, target });
    yield* this.fence.store(BUSY);
    yield* this.waitIdle();
    Object.assign(this.job, { source: null, target: null });
    return this.outcome.copied;
  }

  /** Whether no job is in flight. Never sleeps. @kernel include/linux/dma-fence.h dma_fence_is_signaled */
  *idle(): Op<boolean> {
    return (yield* this.fence.load()) === IDLE;
  }

  /**
   * Waits until no job is in flight. Sleeps.
   *
   * @param timeout Ticks after which it gives up; 0 = never.
   * @returns Whether none is.
   * @kernel drivers/dma-buf/dma-fence.c dma_fence_wait_timeout
   */
  waitIdle(timeout = 0): Op<boolean> {
    return this.fence.awaitEqual(IDLE, -1, timeout);
  }

  /** Accesses that found nothing mapped. For reports. */
  get faults(): number {
    return this.outcome.faults;
  }

  private *serve(): Op<never> {
    for (;;) {
      yield* this.fence.awaitEqual(BUSY);
      const { source, target } = this.job;
      if (source === null || target === null) this.runKernel();
      else this.outcome.copied = yield* this.runCopy(target, source);
      yield* this.fence.store(IDLE);
    }
  }

  /** The device reads and writes memory: what it finds nothing mapped for is lost. */
  private runKernel(): void {
    const { kind, address, pages, operand } = this.job;
    for (let at = address; at < address + pages; at++) {
      const page = this.mmu.translate(at);
      if (page === null) this.outcome.faults++;
      else page.writeWord(0, kind === 'add' ? page.readWord(0) + operand : operand);
    }
  }

  private *runCopy(target: Page, source: Page): Op<boolean> {
    yield* copyPage(target, source);
    return (yield* choose(COPY_FAILS, 2)) === 0;
  }
}
