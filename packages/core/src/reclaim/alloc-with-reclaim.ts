import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import type { AllocOptions } from '../memory/page-allocator.js';
import type { Page } from '../memory/page.js';

/**
 * Allocates a page.
 *
 * @kernel mm/page_alloc.c __alloc_pages_slowpath
 */
export function* allocWithReclaim(kernel: Kernel, options: AllocOptions): Op<Page | null> {
  return yield* kernel.allocator.allocPage(options);
}
