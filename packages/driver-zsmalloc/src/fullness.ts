import type { ClassGeometry } from './class-table.js';

/**
 * How full a zspage is: each class keeps its zspages by these groups.
 *
 * @kernel mm/zsmalloc.c enum fullness_group
 * @since 0.1.0
 */
export const Fullness = { empty: 0, almostEmpty: 1, almostFull: 2, full: 3 } as const;

/** One of {@link Fullness}. @since 0.1.0 */
export type Fullness = (typeof Fullness)[keyof typeof Fullness];

/**
 * The group of a zspage with `inuse` objects.
 *
 * @kernel mm/zsmalloc.c get_fullness_group
 */
export function fullnessGroup({ objsPerZspage }: ClassGeometry, inuse: number): Fullness {
  if (inuse === 0) return Fullness.empty;
  if (inuse === objsPerZspage) return Fullness.full;
  return inuse <= Math.floor((3 * objsPerZspage) / 4) ? Fullness.almostEmpty : Fullness.almostFull;
}
