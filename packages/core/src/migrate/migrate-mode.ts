/**
 * How hard `migratePages` tries. ASYNC never sleeps; SYNC_LIGHT may sleep on locks; SYNC may sleep; SYNC_NO_COPY leaves
 * the copying to the caller's hardware.
 *
 * @kernel include/linux/migrate_mode.h enum migrate_mode
 * @since 0.1.0
 */
export const MigrateMode = { async: 0, syncLight: 1, sync: 2, syncNoCopy: 3 } as const;

/** One of {@link MigrateMode}. @since 0.1.0 */
export type MigrateMode = (typeof MigrateMode)[keyof typeof MigrateMode];

const MODE_NAMES = ['MIGRATE_ASYNC', 'MIGRATE_SYNC_LIGHT', 'MIGRATE_SYNC', 'MIGRATE_SYNC_NO_COPY'] as const;

/** The kernel's name of a mode. @since 0.1.0 */
export function migrateModeName(mode: MigrateMode): string {
  return MODE_NAMES[mode];
}

/**
 * Why pages are migrated.
 *
 * @kernel include/linux/migrate_mode.h enum migrate_reason
 * @since 0.1.0
 */
export const MigrateReason = {
  compaction: 0,
  memoryFailure: 1,
  memoryHotplug: 2,
  syscallOrCpuset: 3,
  mempolicyMbind: 4,
  numaMisplaced: 5,
  contigRange: 6,
  longtermPin: 7,
  demotion: 8,
} as const;

/** One of {@link MigrateReason}. @since 0.1.0 */
export type MigrateReason = (typeof MigrateReason)[keyof typeof MigrateReason];

const REASON_NAMES = [
  'compaction',
  'memory_failure',
  'memory_hotplug',
  'syscall_or_cpuset',
  'mempolicy_mbind',
  'numa_misplaced',
  'contig_range',
  'longterm_pin',
  'demotion',
] as const;

/** The kernel's name of a reason. @kernel include/trace/events/migrate.h MIGRATE_REASON @since 0.1.0 */
export function migrateReasonName(reason: MigrateReason): string {
  return REASON_NAMES[reason];
}

/**
 * Bits that tell an isolate callback who asks.
 *
 * @kernel include/linux/mmzone.h isolate_mode_t
 * @since 0.1.0
 */
export const IsolateMode = { unmapped: 0x2, asyncMigrate: 0x4, unevictable: 0x8 } as const;
