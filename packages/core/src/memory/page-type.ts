/**
 * What the map-count word says of a page that is in no page table: which kind of page it is.
 *
 * @kernel include/linux/page-flags.h PAGE_TYPE_BASE
 * @since 0.1.0
 */
export const PageType = {
  /** No kind: mapped by nobody. */
  none: -1,
  /** The first page of a free block of the buddy allocator. */
  buddy: ~0x80,
  /** A page of an allocated block that is not its first: it has no reference of its own. */
  tail: ~0x200,
} as const;
