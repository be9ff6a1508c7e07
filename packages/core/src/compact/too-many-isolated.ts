import type { Kernel } from '../kernel.js';
import { LRU_NAMES, LruList } from '../lru/lru-list.js';

/**
 * Whether so many LRU pages of a node are isolated that others should wait. Looks at counts as they are: a hint.
 *
 * @kernel mm/compaction.c too_many_isolated
 */
export function tooManyIsolated(kernel: Kernel, node: number): boolean {
  const { nodeStat } = kernel.memory;
  const isolated = nodeStat.read(node, 'nr_isolated_anon') + nodeStat.read(node, 'nr_isolated_file');
  if (isolated === 0) return false;
  let onLists = 0;
  for (let list = 0; list < LRU_NAMES.length; list++)
    if (list !== LruList.unevictable) onLists += kernel.lru.list(node, list as LruList).peekLength;
  return isolated > onLists / 2;
}
