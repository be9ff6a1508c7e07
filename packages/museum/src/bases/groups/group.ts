import { shared, type Page } from '@movable-pages/core';

/** Pages of a group: all of them can be isolated at once. */
export const GROUP_PAGES = 2;

/** Bits of the count of isolated pages in {@link Group.word}: enough for all pages of a group. */
export const ISOLATED_BITS = 2;

/** Several pages that belong together, with an object on each. @kernel mm/zsmalloc.c struct zspage */
export interface Group {
  /** The first page of the chain. */
  first: Page | null;
  /** Two fields in one word: how many pages are isolated, and how full it is. */
  word: number;
  /** The objects that there are. */
  readonly objects: boolean[];
  /** It waits to be freed. */
  dying: boolean;
}

/** What a page of a group leads to. @kernel include/linux/mm_types.h struct page, as zsmalloc uses it */
export interface Link {
  group: Group | null;
  next: Page | null;
}

/** What a pool has, freed with it. @kernel mm/zsmalloc.c struct zs_pool */
export interface Pool {
  /** Isolated pages of all groups. */
  isolated: number;
  destroying: boolean;
  readonly groups: Set<Group>;
  /** Groups that wait to be freed. */
  readonly empty: Group[];
}

export function makeGroup(): Group {
  return shared<Group>({
    first: null,
    word: 0,
    objects: Array.from({ length: GROUP_PAGES }, () => false),
    dying: false,
  });
}

export function makePool(): Pool {
  return shared<Pool>({ isolated: 0, destroying: false, groups: new Set<Group>(), empty: [] });
}

/** How many objects a group has. */
export function inUse(group: Group): number {
  return group.objects.filter((used) => used).length;
}

/** The pages of a group by its chain. Locks: whatever keeps the chain as it is. */
export function pagesOf(group: Group, links: readonly Link[]): Page[] {
  const pages: Page[] = [];
  for (let page = group.first; page !== null; page = links[page.pfn]!.next) pages.push(page);
  return pages;
}

/** Makes a chain anew: first of nothing, then of these pages. Locks: as {@link pagesOf}. @kernel mm/zsmalloc.c create_page_chain */
export function makeChain(group: Group, links: readonly Link[], pages: readonly Page[]): void {
  for (const page of pages) links[page.pfn]!.next = null;
  group.first = pages[0] ?? null;
  pages.forEach((page, index) => {
    const link = links[page.pfn]!;
    link.group = group;
    link.next = pages[index + 1] ?? null;
  });
}
