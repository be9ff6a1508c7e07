import type { Kernel, Page } from '@movable-pages/core';

const REF_COUNT = 1;
const MAPPING = 3;
const PRIVATE = 7;

/** Whether a page is marked movable with a driver behind the mark. */
export function isMarked(kernel: Kernel, page: Page): boolean {
  return kernel.frames.peek(page.pfn, MAPPING) >> 2 !== 0;
}

/** All pages that are marked movable with a driver behind the mark. */
export function markedPages(kernel: Kernel): Page[] {
  const marked: Page[] = [];
  for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
    const page = kernel.page(pfn);
    if (isMarked(kernel, page)) marked.push(page);
  }
  return marked;
}

/** Pages that the driver holds a reference on, by the books of the suite. */
export function pagesHeld(kernel: Kernel): number {
  let held = 0;
  for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
    if (kernel.machine.ledger.heldBy(kernel.frames.location(pfn, REF_COUNT), 'driver') > 0) held++;
  }
  return held;
}

/** Who holds a page, in words: `driver 1, vm 1`. */
export function holders(kernel: Kernel, page: Page): string {
  const entries = [...kernel.machine.ledger.holders(kernel.frames.location(page.pfn, REF_COUNT))];
  return entries.length === 0
    ? 'held by nobody known'
    : entries.map(([party, count]) => `held by ${party}: ${count}`).join(', ');
}

/** What a failed migration must leave as it was. */
export interface PageFacts {
  readonly mapping: number;
  readonly private: number;
  readonly list: string | null;
}

/** The facts of a page as they are. */
export function factsOf(kernel: Kernel, page: Page): PageFacts {
  return {
    mapping: kernel.frames.peek(page.pfn, MAPPING),
    private: kernel.frames.peek(page.pfn, PRIVATE),
    list: kernel.lists.listOf(page.pfn)?.name ?? null,
  };
}

/** What differs, in words. */
export function differences(what: string, before: PageFacts, after: PageFacts): string[] {
  const found: string[] = [];
  for (const key of ['mapping', 'private', 'list'] as const) {
    if (before[key] !== after[key]) found.push(`${key} of the ${what}: ${before[key]} -> ${after[key]}`);
  }
  return found;
}
