/**
 * Bits of the flags word, by the kernel's bit numbers.
 *
 * @kernel include/linux/page-flags.h enum pageflags
 * @since 0.1.0
 */
export const PageFlag = {
  /** The page lock. */
  locked: 1 << 0,
  referenced: 1 << 1,
  uptodate: 1 << 2,
  dirty: 1 << 3,
  /** On an LRU list and isolatable. */
  lru: 1 << 4,
  active: 1 << 5,
  workingset: 1 << 6,
  /** Somebody waits for the page lock. */
  waiters: 1 << 7,
  error: 1 << 8,
  slab: 1 << 9,
  swapCache: 1 << 10,
  reserved: 1 << 12,
  private: 1 << 13,
  private2: 1 << 14,
  writeback: 1 << 15,
  head: 1 << 16,
  mappedToDisk: 1 << 17,
  /** Of a non-LRU movable page: the VM has isolated it. Shares its bit with reclaim and readahead. */
  isolated: 1 << 18,
  swapBacked: 1 << 19,
  unevictable: 1 << 20,
  mlocked: 1 << 21,
  hwPoison: 1 << 22,
  young: 1 << 23,
  idle: 1 << 24,
} as const;

/**
 * Of an anonymous page: only one process can map it. Shares its bit with `mappedToDisk`.
 *
 * @kernel include/linux/page-flags.h PG_anon_exclusive
 */
export const ANON_EXCLUSIVE = PageFlag.mappedToDisk;

/**
 * Of the first page of a free block: the host was told that it is free. Shares its bit with `uptodate`.
 *
 * @kernel include/linux/page-flags.h PG_reported
 */
export const REPORTED = PageFlag.uptodate;

/**
 * Bits that must be clear when a page goes back to the allocator.
 *
 * @kernel include/linux/page-flags.h PAGE_FLAGS_CHECK_AT_FREE
 */
export const FLAGS_CHECKED_AT_FREE =
  PageFlag.locked |
  PageFlag.lru |
  PageFlag.private |
  PageFlag.private2 |
  PageFlag.writeback |
  PageFlag.reserved |
  PageFlag.slab |
  PageFlag.active |
  PageFlag.unevictable |
  PageFlag.mlocked;

/** The names of the bits that are set, for reports. @since 0.1.0 */
export function flagNames(flags: number): string {
  const names = Object.entries(PageFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name);
  return names.length === 0 ? 'none' : names.join('|');
}

/**
 * Tag bits of the mapping word.
 *
 * @kernel include/linux/page-flags.h PAGE_MAPPING_FLAGS
 * @since 0.1.0
 */
export const MappingTag = { none: 0, anon: 1, movable: 2, ksm: 3, mask: 3 } as const;
