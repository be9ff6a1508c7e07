import { MigrateMode, migrateModeName, migrateReasonName } from '../migrate/migrate-mode.js';
import type { VmEventMap } from './events.js';

/** For events that have a tracepoint in the kernel, how its fields are printed. */
type TraceFormats = { readonly [E in keyof VmEventMap]?: (event: VmEventMap[E][0]) => string };

/**
 * The text after `event_name: ` of each tracepoint.
 *
 * @kernel include/trace/events/migrate.h
 */
export const TRACE_FORMATS: TraceFormats = {
  mm_migrate_pages_start: ({ mode, reason }) =>
    `mode=${traceModeName(mode)} reason=${migrateReasonName(reason)}`,
  mm_migrate_pages: ({ succeeded, failed, thpSucceeded, thpFailed, thpSplit, mode, reason }) =>
    `nr_succeeded=${succeeded} nr_failed=${failed} nr_thp_succeeded=${thpSucceeded} nr_thp_failed=${thpFailed} ` +
    `nr_thp_split=${thpSplit} mode=${traceModeName(mode)} reason=${migrateReasonName(reason)}`,
  set_migration_pte: migrationEntry,
  remove_migration_pte: migrationEntry,
};

function migrationEntry({ vpn, pageSize, pte, order }: VmEventMap['set_migration_pte'][0]): string {
  return `addr=${(vpn * pageSize).toString(16)}, pte=${(pte >>> 0).toString(16)} order=${order}`;
}

/** The kernel's table of names lacks SYNC_NO_COPY: a value without a name is printed in hexadecimal. */
function traceModeName(mode: MigrateMode): string {
  return mode === MigrateMode.syncNoCopy ? `0x${mode.toString(16)}` : migrateModeName(mode);
}
