import { choose, shared, type Op, type Page } from '@movable-pages/core';

/** The fault: the device cannot be given an address for a page. */
export const MAP_FAILS = 'gpu: mapping a page fails';

/** The fault: the device does not say in time that it has forgotten a translation. */
export const INVALIDATION_FAILS = 'gpu: TLB invalidation times out';

/**
 * The device's own page table and the translations that the device has cached of it. An address is a page number in
 * the device's address space.
 *
 * No lock of its own: an entry belongs to the buffer whose window it lies in. Its reservation guards the entry, and the
 * fence of its queue hands it to the device and back.
 *
 * @kernel include/linux/iommu.h struct iommu_domain
 * @since 0.1.0
 */
export class DeviceMmu {
  private readonly entries: (Page | null)[];
  private readonly tlb: (Page | null)[];

  /** @param size Pages of the device's address space. */
  constructor(size: number) {
    this.entries = shared<(Page | null)[]>(Array.from({ length: size }, () => null));
    this.tlb = shared<(Page | null)[]>(Array.from({ length: size }, () => null));
    Object.freeze(this);
  }

  /**
   * Lets the device reach a page. Never sleeps.
   *
   * Locks: the reservation; the queue is idle.
   *
   * @returns False if the device cannot have the page.
   * @kernel include/linux/iommu.h iommu_map
   */
  *map(address: number, page: Page): Op<boolean> {
    if ((yield* choose(MAP_FAILS, 2)) === 1) return false;
    this.entries[address] = page;
    return true;
  }

  /**
   * Takes a page from the device: when this gives true, no access of the device reaches the page any more. Never sleeps.
   *
   * Locks: the reservation; the queue is idle.
   *
   * @returns False if the device did not confirm it. The page is mapped then, as before.
   * @kernel include/linux/iommu.h iommu_unmap
   */
  *unmap(address: number): Op<boolean> {
    const page = this.entries[address]!;
    this.entries[address] = null;
    if ((yield* choose(INVALIDATION_FAILS, 2)) === 1) {
      this.restore(address, page);
      return false;
    }
    this.tlb[address] = null;
    return true;
  }

  /**
   * Puts an entry back that {@link DeviceMmu.unmap} took out. Cannot fail: the page was mapped, so it can be. Never
   * sleeps.
   *
   * Locks: the reservation; the queue is idle.
   */
  restore(address: number, page: Page): void {
    this.entries[address] = page;
  }

  /**
   * Takes a page from a device whose queue is shut down, which forgets its translations with it. Never sleeps.
   *
   * Locks: the reservation; the queue is idle, and no job will come.
   */
  shutDown(address: number): void {
    this.entries[address] = null;
    this.tlb[address] = null;
  }

  /** The device's look: from its cache if it can be. Null is a fault of the device. Runs in the device. */
  translate(address: number): Page | null {
    const cached = this.tlb[address]!;
    if (cached !== null) return cached;
    const page = this.entries[address]!;
    if (page !== null) this.tlb[address] = page;
    return page;
  }
}
