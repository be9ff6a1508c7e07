import type { Page } from '../memory/page.js';
import { isFileLru } from './lru-list.js';

/**
 * Counts a page of the LRU as isolated (+1) or as no longer so (-1).
 *
 * @kernel include/linux/mmzone.h NR_ISOLATED_ANON, NR_ISOLATED_FILE
 * @since 0.1.0
 */
export function countIsolated(page: Page, delta: number): void {
  const counter = isFileLru(page.peekFlags()) ? 'nr_isolated_file' : 'nr_isolated_anon';
  page.kernel.vmstat.add(counter, delta);
  page.kernel.memory.nodeStat.add(page.node, counter, delta);
}
