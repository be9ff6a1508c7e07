import { choose, shared, type Op, type Page } from '@movable-pages/core';

/** The fault: the device cannot be given addresses for the pages of a buffer. */
export const MAP_FAILS = 'gpu: mapping fails';

/**
 * The device's own page table, with what the device has cached of it. An address is a page number in the device's
 * address space.
 *
 * No lock of its own: an entry belongs to the buffer whose window it lies in. Its reservation guards the entry, and the
 * fence of its queue hands it to the device and back.
 *
 * @kernel include/linux/iommu.h struct iommu_domain
 * @since 0.1.0
 */
export class DeviceMmu {
  private readonly entries: (Page | null)[];

  /** @param size Pages of the device's address space. */
  constructor(size: number) {
    this.entries = shared<(Page | null)[]>(Array.from({ length: size }, () => null));
    Object.freeze(this);
  }

  /**
   * Lets the device reach pages, from `address` on: all of them or none. Never sleeps.
   *
   * Locks: the reservation; the queue is idle.
   *
   * @returns False if the device cannot have them.
   * @kernel include/linux/iommu.h iommu_map_sg
   */
  *map(address: number, pages: readonly Page[]): Op<boolean> {
    if ((yield* choose(MAP_FAILS, 2)) === 1) return false;
    for (let index = 0; index < pages.length; index++) this.remap(address + index, pages[index]!);
    return true;
  }

  /**
   * Takes pages from the device, and what it has cached of their addresses: no access of the device reaches them any more.
   * Never sleeps.
   *
   * Locks: the reservation; the queue is idle.
   *
   * @kernel include/linux/iommu.h iommu_unmap
   */
  unmap(address: number, pages: number): void {
    for (let at = address; at < address + pages; at++) this.entries[at] = null;
  }

  /**
   * Lets the device reach a page at an address that was mapped before. Cannot fail: what may fail is to get memory for the
   * tables, and tables stay when an entry goes. Never sleeps.
   *
   * Locks: the reservation; the queue is idle.
   *
   * @kernel drivers/iommu/io-pgtable-arm.c arm_lpae_map_pages
   */
  remap(address: number, page: Page): void {
    this.entries[address] = page;
  }

  /** The device's look at an entry. Null is a fault of the device. Runs in the device. */
  translate(address: number): Page | null {
    return this.entries[address]!;
  }
}
