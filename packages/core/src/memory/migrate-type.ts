/**
 * What the pages of a block are like: pages that cannot move are kept together, so that other blocks can be emptied.
 *
 * @kernel include/linux/mmzone.h enum migratetype
 * @since 0.1.0
 */
export const MigrateType = {
  unmovable: 0,
  movable: 1,
  reclaimable: 2,
  highAtomic: 3,
  cma: 4,
  isolate: 5,
} as const;

/** One of {@link MigrateType}. @since 0.1.0 */
export type MigrateType = (typeof MigrateType)[keyof typeof MigrateType];

/** The kernel's names of the types, by number. @since 0.1.0 */
export const MIGRATE_TYPE_NAMES = [
  'Unmovable',
  'Movable',
  'Reclaimable',
  'HighAtomic',
  'CMA',
  'Isolate',
] as const;

/** How many types there are. */
export const MIGRATE_TYPES = MIGRATE_TYPE_NAMES.length;

/** Types that have per-CPU lists of their own; they come first. */
export const PCP_TYPES = 3;

/** Whether pages of a type may be moved about by compaction. @kernel include/linux/mmzone.h is_migrate_movable */
export function isMigrateMovable(type: MigrateType): boolean {
  return type === MigrateType.movable || type === MigrateType.cma;
}

/** Whether free blocks of a type may merge with those of other types. @kernel include/linux/mmzone.h migratetype_is_mergeable */
export function isMergeable(type: MigrateType): boolean {
  return type < PCP_TYPES;
}
