import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { Gfp } from '../memory/gfp.js';
import type { AllocOptions } from '../memory/page-allocator.js';
import type { Page } from '../memory/page.js';

/** Rounds of direct reclaim that find something and still leave nothing. */
const MAX_RETRIES = 16;

/**
 * Allocates a page for a process, reclaiming if need be. With a buddy allocator that is the allocator's own matter; without
 * one there are no watermarks, and reclaim begins when there is nothing left. May sleep.
 *
 * @kernel mm/page_alloc.c __alloc_pages_slowpath
 */
export function* allocWithReclaim(kernel: Kernel, options: AllocOptions): Op<Page | null> {
  const { allocator, pressure } = kernel;
  let page = yield* allocator.allocPage(options);
  if (page !== null || pressure === null || allocator.zoneAllocator !== null) return page;
  const { node = 0, gfp = Gfp.kernel } = options;
  yield* pressure.wakeKswapd(node, 0);
  for (let retry = 0; retry < MAX_RETRIES; retry++) {
    const freed = yield* pressure.directReclaim(node, 0, gfp);
    page = yield* allocator.allocPage(options);
    if (page !== null) return page;
    if (freed === 0 && !(yield* pressure.outOfMemory(node, 0, gfp))) return null;
  }
  return null;
}
