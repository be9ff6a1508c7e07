import { PageFlag } from '../memory/page-flags.js';

/**
 * The LRU lists of a node.
 *
 * @kernel include/linux/mmzone.h enum lru_list
 * @since 0.1.0
 */
export const LruList = {
  inactiveAnon: 0,
  activeAnon: 1,
  inactiveFile: 2,
  activeFile: 3,
  unevictable: 4,
} as const;

/** One of {@link LruList}. @since 0.1.0 */
export type LruList = (typeof LruList)[keyof typeof LruList];

/** Their names in `/proc/vmstat`, without `nr_`. */
export const LRU_NAMES = [
  'inactive_anon',
  'active_anon',
  'inactive_file',
  'active_file',
  'unevictable',
] as const;

/**
 * The list that a page with these flags belongs on.
 *
 * @kernel include/linux/mm_inline.h page_lru
 */
export function lruListOf(flags: number): LruList {
  if ((flags & PageFlag.unevictable) !== 0) return LruList.unevictable;
  const file = (flags & PageFlag.swapBacked) === 0 ? LruList.inactiveFile : LruList.inactiveAnon;
  return (file + ((flags & PageFlag.active) === 0 ? 0 : 1)) as LruList;
}

/**
 * Whether a page with these flags counts as a file page: one that needs no swap.
 *
 * @kernel include/linux/mm_inline.h page_is_file_lru
 */
export function isFileLru(flags: number): boolean {
  return (flags & PageFlag.swapBacked) === 0;
}
