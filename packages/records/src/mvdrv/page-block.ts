import type { Kernel, Op, Page } from '@movable-pages/core';

/**
 * Takes a whole page block of a node, keeps its first `count` frames and gives the others back. May sleep.
 *
 * @returns The frames in order, or null if the node has no free block.
 */
export function* allocBlock(kernel: Kernel, node: number, count: number): Op<Page[] | null> {
  const { allocator } = kernel;
  const { order, pages } = kernel.memory.blocks!;
  const first = yield* allocator.allocPages({ order, node, thisNode: true });
  if (first === null) return null;
  yield* allocator.splitBlock(first, order);
  const frames = Array.from({ length: pages }, (_, n) => kernel.page(first.pfn + n));
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
export function* allocOutside(kernel: Kernel, node: number, start: number, aside: Page[]): Op<Page | null> {
  const blocks = kernel.memory.blocks!;
  for (;;) {
    const page = yield* kernel.allocator.allocPage({ node, thisNode: true });
    if (page === null || blocks.start(page.pfn) !== blocks.start(start)) return page;
    aside.push(page);
  }
}
