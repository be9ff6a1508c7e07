import {
  copyPage,
  DriverOptions,
  Errno,
  inject,
  KernelService,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  movableDriver,
  MovableMapping,
  PageAllocator,
  shared,
  spinLock,
  type MovableOperationsDriver,
  type Op,
  type Page,
} from '@movable-pages/core';
import { DeviceMmu } from './device-mmu.js';
import type { JobKind } from './device-queue.js';
import { GpuBuffer } from './gpu-buffer.js';
import { capabilitiesOf, defaultOptions, type GpuBufferOptions } from './options.js';
import { Residency } from './residency.js';
import { bufferShrinker } from './shrinker.js';
import { gpuBufferWorkload, type GpuBufferWorkload } from './workload.js';

/** Ticks that a migration waits for the device before it says that it may be tried again. */
const FENCE_TIMEOUT = 100;

/**
 * Buffers of a device that reads and writes them by itself, through a page table of its own. Their pages may move while
 * the device is at rest; a pinned buffer stays.
 *
 * Lock order: a page lock, then a reservation. Against it only tries: a reservation before a page lock. `pool_lock` is
 * taken alone.
 *
 * @kernel drivers/gpu/drm/ttm/ttm_bo.c
 * @since 0.1.0
 */
@movableDriver<GpuBufferOptions>({
  name: 'gpu-buffer',
  version: '0.1.0',
  contract: 'movable_operations',
  capabilities: capabilitiesOf,
  options: defaultOptions,
})
export class GpuBufferDriver implements MovableOperationsDriver {
  /** The device's page table. */
  readonly mmu: DeviceMmu;
  /** All buffers, those in use and those in the pool. */
  readonly buffers: readonly GpuBuffer[];
  /** Guards the pool. */
  protected readonly poolLock = spinLock('pool_lock');
  /** Under `pool_lock`: which buffers are in use. */
  protected readonly used: boolean[];
  protected readonly residency: Residency;
  private readonly shrinker;

  /** Asks for its services by token; the registry calls it. */
  constructor(
    @inject(KernelService) private readonly kernel: KernelService,
    @inject(PageAllocator) allocator: PageAllocator,
    @inject(MovableMapping) mapping: MovableMapping,
    @inject(DriverOptions) protected readonly options: GpuBufferOptions,
  ) {
    const { buffers, pages } = options;
    const { pageWords } = kernel.contents;
    this.mmu = new DeviceMmu(buffers * pages);
    this.buffers = Object.freeze(
      Array.from(
        { length: buffers },
        (_, index) => new GpuBuffer(index + 1, index * pages, pages, pageWords, this.mmu),
      ),
    );
    this.used = shared<boolean[]>(Array.from({ length: buffers }, () => false));
    this.residency = new Residency(allocator, mapping, this.mmu);
    this.shrinker = bufferShrinker(this);
    kernel.registerShrinker(this.shrinker);
  }

  /**
   * Gives out a buffer of zeros. It gets its pages when they are needed. Never sleeps.
   *
   * @returns Null if all are in use.
   * @kernel drivers/gpu/drm/drm_gem.c drm_gem_object_init
   */
  *create(): Op<GpuBuffer | null> {
    yield* this.poolLock.acquire();
    const index = this.used.indexOf(false);
    if (index >= 0) this.used[index] = true;
    yield* this.poolLock.release();
    return index < 0 ? null : this.buffers[index]!;
  }

  /**
   * Takes a buffer back that nobody has pinned: waits for its last job, then for the VM where that is at work on its
   * pages. May sleep.
   *
   * @kernel drivers/gpu/drm/ttm/ttm_bo.c ttm_bo_release
   */
  *destroy(buffer: GpuBuffer): Op<void> {
    yield* buffer.reserveIdle();
    // mutate-ignore do-twice: what has been let go of is not there any more
    yield* this.residency.release(buffer);
    // mutate-ignore swap-steps: a mutex may be dropped under a spinlock
    yield* buffer.reservation.release();
    yield* this.poolLock.acquire();
    this.used[buffer.id - 1] = false;
    yield* this.poolLock.release();
  }

  /**
   * Has the device do a job on every page of a buffer, after the one before it. Does not wait for its end. May sleep.
   *
   * @returns False if the buffer could not be made resident for it.
   * @kernel drivers/gpu/drm/i915/gem/i915_gem_execbuffer.c i915_gem_do_execbuffer
   */
  *submit(buffer: GpuBuffer, kind: JobKind, operand: number): Op<boolean> {
    if (!(yield* this.residency.reserveResident(buffer))) return false;
    yield* buffer.queue.submit(kind, buffer.address, buffer.pages.length, operand);
    yield* buffer.reservation.release();
    return true;
  }

  /**
   * Reads the first word of every page by the processor, after the device is done. May sleep.
   *
   * @kernel drivers/gpu/drm/ttm/ttm_bo_vm.c ttm_bo_vm_fault
   */
  *read(buffer: GpuBuffer): Op<number[]> {
    yield* buffer.reserveIdle();
    const words = buffer.pages.map((_, index) => buffer.readWord(index, 0));
    yield* buffer.reservation.release();
    return words;
  }

  /** Writes the first word of every page by the processor, after the device is done. May sleep. */
  *write(buffer: GpuBuffer, value: number): Op<void> {
    yield* buffer.reserveIdle();
    buffer.fill(value);
    yield* buffer.reservation.release();
  }

  /**
   * Keeps a buffer's pages where they are, until {@link GpuBufferDriver.unpin}, from the end of its last job on. Pins nest.
   * May sleep.
   *
   * @returns The pages; null if there is no memory for them.
   * @kernel drivers/gpu/drm/ttm/ttm_bo.c ttm_bo_pin
   */
  *pin(buffer: GpuBuffer): Op<Page[] | null> {
    if (!(yield* this.residency.reserveResident(buffer))) return null;
    yield* buffer.pins.add(1);
    // mutate-ignore release-early: pinned pages stay, with the lock and without
    const pages = [...buffer.pages] as Page[];
    yield* buffer.reservation.release();
    return pages;
  }

  /** Ends a pin. Never sleeps. @kernel drivers/gpu/drm/ttm/ttm_bo.c ttm_bo_unpin */
  *unpin(buffer: GpuBuffer): Op<void> {
    // With an order: what its user did to the pages comes before what the VM does.
    yield* buffer.pins.fetchAdd(-1);
  }

  /**
   * Moves buffers that are at rest to swap, until `wanted` pages are let go of. Never sleeps: a buffer that somebody is at
   * work on is passed over.
   *
   * @returns How many pages were let go of.
   * @kernel drivers/gpu/drm/ttm/ttm_device.c ttm_device_swapout
   */
  *shrink(wanted = Infinity): Op<number> {
    let freed = 0;
    for (const buffer of this.buffers) {
      // mutate-ignore drop-guard: to give back more than was asked for is no mistake
      if (freed >= wanted) break;
      if (!(yield* buffer.reservation.tryAcquire())) continue;
      freed += yield* this.residency.evict(buffer);
      yield* buffer.reservation.release();
    }
    return freed;
  }

  /**
   * Takes back all buffers that are in use. No user may be left, and none may come; the VM may be at work on pages. May
   * sleep.
   *
   * @kernel drivers/gpu/drm/ttm/ttm_device.c ttm_device_fini
   */
  *unload(): Op<void> {
    this.kernel.reclaim.unregisterShrinker(this.shrinker);
    yield* this.kernel.reclaim.synchronizeShrinkers();
    for (const buffer of this.buffers) {
      // Without the lock: nobody else makes or takes back buffers any more.
      if (this.used[buffer.id - 1]) yield* this.destroy(buffer);
    }
  }

  /**
   * A pinned buffer stays. Asked without the reservation, so that it never sleeps: it may be pinned by the time it is moved,
   * and migratePage looks again.
   */
  *isolatePage(page: Page, _mode: number): Op<boolean> {
    return !(yield* this.ownerOf(page).pinned());
  }

  /** Takes the old page from the device, copies it, gives the device the new one; or leaves all as it was. */
  *migratePage(newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy && !this.options.copyEngine) return -Errno.EINVAL;
    const buffer = this.ownerOf(oldPage);
    if (!(yield* buffer.reserve(mode !== MigrateMode.async))) return -Errno.EAGAIN;
    const result = yield* this.move(buffer, newPage, oldPage, mode);
    yield* buffer.reservation.release();
    if (result !== MIGRATEPAGE_SUCCESS) return result;
    yield* this.residency.letGo(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  /** Nothing was changed when the page was isolated, so there is nothing to undo. */
  *putbackPage(_page: Page): Op<void> {}

  /** How a test uses the buffers. */
  workload(): GpuBufferWorkload {
    return gpuBufferWorkload(this);
  }

  /** Buffers in use. For reports. */
  get inUse(): number {
    return this.used.filter(Boolean).length;
  }

  /** Locks: both page locks, the reservation. */
  protected *move(buffer: GpuBuffer, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    // It was pinned after it was isolated: for how long, nobody knows.
    // mutate-ignore wrong-errno: whoever calls that short may ask for another try
    if (yield* buffer.pinned()) return -Errno.EBUSY;
    // It is being taken back, and its pages with it.
    if (!buffer.state.resident) return -Errno.EAGAIN;
    // Before its page is taken away: this device cannot wait for one. No job comes meanwhile, we have the reservation.
    if (!(yield* this.deviceAtRest(buffer, mode))) return -Errno.EAGAIN;
    const { index } = oldPage;
    const address = buffer.address + index;
    this.mmu.unmap(address, 1);
    const copied = yield* this.copy(buffer, newPage, oldPage, mode);
    this.mmu.remap(address, copied ? newPage : oldPage);
    // mutate-ignore wrong-errno: whether a device that failed is asked again is a matter of choice
    if (!copied) return -Errno.EAGAIN;
    yield* this.residency.replace(buffer, index, newPage);
    return MIGRATEPAGE_SUCCESS;
  }

  /** Whether no job is in flight; only SYNC waits for one. */
  protected *deviceAtRest({ queue }: GpuBuffer, mode: MigrateMode): Op<boolean> {
    if (mode === MigrateMode.async || mode === MigrateMode.syncLight) return yield* queue.idle();
    return yield* queue.waitIdle(FENCE_TIMEOUT);
  }

  private *copy({ queue }: GpuBuffer, newPage: Page, oldPage: Page, mode: MigrateMode): Op<boolean> {
    if (mode === MigrateMode.syncNoCopy) return yield* queue.copy(newPage, oldPage);
    yield* copyPage(newPage, oldPage);
    return true;
  }

  /** Locks: the page lock, under which a page of ours knows its buffer. */
  private ownerOf(page: Page): GpuBuffer {
    return this.buffers[page.private - 1]!;
  }
}
