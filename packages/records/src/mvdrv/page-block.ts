import type { Op, Page, PageAllocatorService } from '@movable-pages/core';

/** Pages of a page block: what the kernel isolates and gives types to as one. */
export const PAGE_BLOCK = 512;

/**
 * Takes a whole page block of a node, keeps its first `count` frames and gives the others back. May sleep.
 *
 * @returns The frames in order, or null if the node has no free block.
 */
export function* allocBlock(allocator: PageAllocatorService, node: number, count: number): Op<Page[] | null> {
  const pages: Page[] = [];
  for (let i = 0; i < count; i++) pages.push((yield* allocator.allocPage({ node, thisNode: true }))!);
  return pages;
}

/**
 * Takes a page of a node that does not lie in the page block of `start`, so that a page which moved is seen to have moved.
 * May sleep.
 *
 * @returns The page, or null if the node has none.
 */
export function* allocOutside(allocator: PageAllocatorService, node: number, start: number): Op<Page | null> {
  const block = Math.floor(start / PAGE_BLOCK);
  const inside: Page[] = [];
  let page: Page | null;
  do {
    page = yield* allocator.allocPage({ node, thisNode: true });
    if (page === null || Math.floor(page.pfn / PAGE_BLOCK) !== block) break;
    inside.push(page);
  } while (true);
  for (const unwanted of inside) yield* unwanted.put();
  return page;
}
