import type { Zone } from '../memory/zone.js';

/** Free blocks of a zone as they bear on a request of some order. */
interface FreeBlocks {
  /** Free pages. */
  readonly pages: number;
  /** Free blocks of all orders. */
  readonly blocks: number;
  /** Blocks that would do, a larger one counted as often as the order fits into it. */
  readonly suitable: number;
}

/** The free blocks of a zone by order, as they are. */
export function freeBlockCounts(zone: Zone): number[] {
  const { areas, maxOrder } = zone.buddy!;
  return Array.from({ length: maxOrder + 1 }, (_, order) => areas.countAll(order));
}

/** @kernel mm/vmstat.c fill_contig_page_info */
function freeBlocksFor(counts: readonly number[], order: number): FreeBlocks {
  let pages = 0;
  let blocks = 0;
  let suitable = 0;
  counts.forEach((count, at) => {
    pages += count * 2 ** at;
    blocks += count;
    if (at >= order) suitable += count * 2 ** (at - order);
  });
  return { pages, blocks, suitable };
}

/**
 * Why a request for a block of an order would fail: near 0 because memory is lacking, near 1000 because it is scattered;
 * -1000 if it would not fail.
 *
 * @param counts Free blocks by order.
 * @kernel mm/vmstat.c fragmentation_index
 * @since 0.1.0
 */
export function fragmentationIndex(counts: readonly number[], order: number): number {
  const { pages, blocks, suitable } = freeBlocksFor(counts, order);
  if (blocks === 0) return 0;
  if (suitable > 0) return -1000;
  const requested = 2 ** order;
  return 1000 - Math.floor((1000 + Math.floor((pages * 1000) / requested)) / blocks);
}

/**
 * How much of the free memory is in blocks too small for an order, in percent.
 *
 * @param counts Free blocks by order.
 * @kernel mm/vmstat.c extfrag_for_order
 * @since 0.1.0
 */
export function extFragPercent(counts: readonly number[], order: number): number {
  const { pages, suitable } = freeBlocksFor(counts, order);
  if (pages === 0) return 0;
  return Math.floor(((pages - suitable * 2 ** order) * 100) / pages);
}
