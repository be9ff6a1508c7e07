/** Pages of a zspage at most, unless the options say otherwise. @kernel mm/zsmalloc.c ZS_MAX_PAGES_PER_ZSPAGE */
export const MAX_PAGES_PER_ZSPAGE = 4;

/** No chain may be longer: the number of an object in its zspage has ten bits. */
const LONGEST_CHAIN = 8;

/** Bytes in front of each object: they lead back to its handle. @kernel mm/zsmalloc.c ZS_HANDLE_SIZE */
export const HANDLE_SIZE = 8;

/** So that the pages of a few words that scenarios have come to two classes, one of them of objects that span pages. */
const LEAST_SIZE = 20;
const LEAST_DELTA = 12;

/**
 * What the objects of one size come to: how many pages make a zspage, and how many objects it holds.
 *
 * @kernel mm/zsmalloc.c struct size_class
 * @since 0.1.0
 */
export interface ClassGeometry {
  /** Bytes of an object, header included. A multiple of 4. */
  readonly size: number;
  readonly pagesPerZspage: number;
  readonly objsPerZspage: number;
  /** One object fills a page and leaves no room for a header: its handle is kept in the page frame. */
  readonly huge: boolean;
}

/** Bytes of the smallest object. @kernel mm/zsmalloc.c ZS_MIN_ALLOC_SIZE */
function minAllocSize(pageSize: number): number {
  return Math.max(pageSize >> 7, LEAST_SIZE);
}

/** Bytes from one size to the next. @kernel mm/zsmalloc.c ZS_SIZE_CLASS_DELTA */
function sizeClassDelta(pageSize: number): number {
  return Math.max(pageSize >> 8, LEAST_DELTA);
}

/**
 * The number of the size that `bytes`, header included, belong to.
 *
 * @kernel mm/zsmalloc.c get_size_class_index
 */
export function sizeClassIndex(bytes: number, pageSize: number): number {
  const above = Math.max(0, bytes - minAllocSize(pageSize));
  const last = Math.ceil((pageSize - minAllocSize(pageSize)) / sizeClassDelta(pageSize));
  return Math.min(last, Math.ceil(above / sizeClassDelta(pageSize)));
}

/**
 * The number of pages with the least waste for objects of a size.
 *
 * @kernel mm/zsmalloc.c get_pages_per_zspage
 */
function pagesPerZspage(size: number, pageSize: number, most: number): number {
  let best = 1;
  let bestPercent = 0;
  for (let pages = 1; pages <= most; pages++) {
    const bytes = pages * pageSize;
    const percent = Math.floor(((bytes - (bytes % size)) * 100) / bytes);
    // mutate-ignore drop-guard: a worse length wastes memory, and breaks nothing
    if (percent <= bestPercent) continue;
    bestPercent = percent;
    best = pages;
  }
  return best;
}

/**
 * The classes of a page size, by number of the size. Neighbours of one geometry share the class of the largest, so they are
 * the same object here.
 *
 * @param most Pages of a zspage at most, 1 to 8.
 * @throws RangeError if `most` is none of these.
 * @kernel mm/zsmalloc.c zs_create_pool
 * @since 0.1.0
 */
export function classTable(pageSize: number, most = MAX_PAGES_PER_ZSPAGE): readonly ClassGeometry[] {
  if (!(Number.isInteger(most) && most >= 1 && most <= LONGEST_CHAIN))
    throw new RangeError(`pagesPerZspage is ${most}; give 1 to ${LONGEST_CHAIN}`);
  const table: ClassGeometry[] = [];
  let larger: ClassGeometry | null = null;
  for (let index = sizeClassIndex(pageSize, pageSize); index >= 0; index--) {
    const size = Math.min(minAllocSize(pageSize) + index * sizeClassDelta(pageSize), pageSize);
    const pages = pagesPerZspage(size, pageSize, most);
    const objs = Math.floor((pages * pageSize) / size);
    if (larger === null || larger.pagesPerZspage !== pages || larger.objsPerZspage !== objs)
      larger = Object.freeze({
        size,
        pagesPerZspage: pages,
        objsPerZspage: objs,
        huge: pages === 1 && objs === 1,
      });
    table[index] = larger;
  }
  return Object.freeze(table);
}

/**
 * The size in bytes from which on an object gets a page to itself, so that its owner may as well store a whole page.
 *
 * @kernel mm/zsmalloc.c zs_huge_class_size
 * @since 0.1.0
 */
export function hugeClassSize(table: readonly ClassGeometry[]): number {
  const largestShared = table.findLast(({ huge }) => !huge);
  return largestShared === undefined ? 1 : largestShared.size - HANDLE_SIZE + 1;
}
