import type { Zone } from './zone.js';

/**
 * A node: memory and processors that are near each other.
 *
 * @kernel include/linux/mmzone.h struct pglist_data
 * @since 0.1.0
 */
export interface MemoryNode {
  readonly id: number;
  readonly startPfn: number;
  /** One past the last page. */
  readonly endPfn: number;
  /** Lowest first. */
  readonly zones: readonly Zone[];
  readonly hasCpus: boolean;
}
