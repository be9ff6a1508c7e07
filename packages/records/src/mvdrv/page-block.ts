import type { Op, Page, PageAllocatorService } from '@movable-pages/core';

/** Order of a page block: what the kernel isolates and gives types to as one. */
const PAGE_BLOCK_ORDER = 9;
/** Pages of a page block. */
export const PAGE_BLOCK = 1 << PAGE_BLOCK_ORDER;

/**
 * Takes a whole page block of a node, keeps its first `count` frames and gives the others back. May sleep.
 *
 * @returns The frames in order, or null if the node has no free block.
 */
export function* allocBlock(allocator: PageAllocatorService, node: number, count: number): Op<Page[] | null> {
  const first = yield* allocator.allocPages({ order: PAGE_BLOCK_ORDER, node, thisNode: true });
  if (first === null) return null;
  yield* allocator.splitBlock(first, PAGE_BLOCK_ORDER);
  const frames = Array.from({ length: PAGE_BLOCK }, (_, n) => first.kernel.page(first.pfn + n));
  for (const unwanted of frames.splice(count)) yield* unwanted.put();
  return frames;
}

/**
 * Takes a page of a node that does not lie in the page block of `start`, so that a page which moved is seen to have moved.
 * May sleep.
 *
 * @param aside Pages of that block that came first: the caller puts them when it needs no more.
 * @returns The page, or null if the node has none.
 */
export function* allocOutside(
  allocator: PageAllocatorService,
  node: number,
  start: number,
  aside: Page[],
): Op<Page | null> {
  for (;;) {
    const page = yield* allocator.allocPage({ node, thisNode: true });
    if (page === null || page.pfn >> PAGE_BLOCK_ORDER !== start >> PAGE_BLOCK_ORDER) return page;
    aside.push(page);
  }
}
