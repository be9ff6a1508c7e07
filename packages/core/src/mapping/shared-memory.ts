import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { migratePage } from '../migrate/migrate-page.js';
import { PageFlag } from '../memory/page-flags.js';
import type { AddressSpace } from './address-space.js';
import { deleteFromPageCache, findLockPage } from './page-cache.js';

/**
 * Makes an object of shared memory: pages that every area which maps it sees, for as long as there is one.
 *
 * @kernel mm/shmem.c shmem_zero_setup
 */
export function createSharedMemory(kernel: Kernel, pages: number): AddressSpace {
  const number = kernel.mms.allAddressSpaces.length + 1;
  return kernel.mms.createAddressSpace(`shared memory ${number}`, pages, { migratePage: migratePage });
}

/**
 * Takes all pages out of an object that nobody maps any more. May sleep: a page in migration is waited for.
 *
 * @kernel mm/truncate.c truncate_inode_pages
 */
export function* truncatePages(mapping: AddressSpace): Op<void> {
  for (let index = 0; index < mapping.slots; index++) {
    const page = yield* findLockPage(mapping, index);
    if (page === null) continue;
    yield* page.clearFlags(PageFlag.dirty);
    yield* deleteFromPageCache(page, mapping);
    yield* page.unlock();
    yield* page.put();
  }
}
