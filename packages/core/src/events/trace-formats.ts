import { compactResultName } from '../compact/compact-result.js';
import { MigrateMode, migrateModeName, migrateReasonName } from '../migrate/migrate-mode.js';
import type { VmEventMap } from './events.js';

/** For events that have a tracepoint in the kernel, how its fields are printed. */
type TraceFormats = { readonly [E in keyof VmEventMap]?: (event: VmEventMap[E][0]) => string };

/** Where the kernel's `struct page`s begin, and bytes of each: for events that print the address of one. */
const PAGE_STRUCTS = 0xffff_ea00_0000_0000n;
const PAGE_STRUCT_BYTES = 64n;

/**
 * The text after `event_name: ` of each tracepoint.
 *
 * @kernel include/trace/events/migrate.h, include/trace/events/compaction.h, include/trace/events/kmem.h
 */
export const TRACE_FORMATS: TraceFormats = {
  mm_migrate_pages_start: ({ mode, reason }) =>
    `mode=${traceModeName(mode)} reason=${migrateReasonName(reason)}`,
  mm_migrate_pages: ({ succeeded, failed, thpSucceeded, thpFailed, thpSplit, mode, reason }) =>
    `nr_succeeded=${succeeded} nr_failed=${failed} nr_thp_succeeded=${thpSucceeded} nr_thp_failed=${thpFailed} ` +
    `nr_thp_split=${thpSplit} mode=${traceModeName(mode)} reason=${migrateReasonName(reason)}`,
  set_migration_pte: migrationEntry,
  remove_migration_pte: migrationEntry,
  mm_compaction_isolate_migratepages: isolated,
  mm_compaction_isolate_freepages: isolated,
  mm_compaction_migratepages: ({ migrated, failed }) => `nr_migrated=${migrated} nr_failed=${failed}`,
  mm_compaction_begin: compacted,
  mm_compaction_end: (event) => `${compacted(event)} status=${compactResultName(event.status)}`,
  mm_compaction_try_to_compact_pages: ({ order, gfp, priority }) =>
    `order=${order} gfp_mask=${gfp.name} priority=${priority}`,
  mm_compaction_finished: found,
  mm_compaction_suitable: found,
  mm_compaction_deferred: deferred,
  mm_compaction_defer_compaction: deferred,
  mm_compaction_defer_reset: deferred,
  mm_compaction_kcompactd_sleep: ({ node }) => `nid=${node}`,
  mm_compaction_wakeup_kcompactd: wanted,
  mm_compaction_kcompactd_wake: wanted,
  mm_page_alloc_extfrag: (event) =>
    `page=${(PAGE_STRUCTS + BigInt(event.pfn) * PAGE_STRUCT_BYTES).toString(16)} pfn=${hex(event.pfn)} ` +
    `alloc_order=${event.allocOrder} fallback_order=${event.fallbackOrder} pageblock_order=${event.pageblockOrder} ` +
    `alloc_migratetype=${event.allocMigrateType} fallback_migratetype=${event.fallbackMigrateType} ` +
    `fragmenting=${bit(event.fallbackOrder < event.pageblockOrder)} change_ownership=${bit(event.changeOwnership)}`,
};

function migrationEntry({ vpn, pageSize, pte, order }: VmEventMap['set_migration_pte'][0]): string {
  return `addr=${(vpn * pageSize).toString(16)}, pte=${(pte >>> 0).toString(16)} order=${order}`;
}

function isolated(event: VmEventMap['mm_compaction_isolate_freepages'][0]): string {
  const { startPfn, endPfn, scanned, taken } = event;
  return `range=(${hex(startPfn)} ~ ${hex(endPfn)}) nr_scanned=${scanned} nr_taken=${taken}`;
}

function compacted(event: VmEventMap['mm_compaction_begin'][0]): string {
  const { zoneStart, migratePfn, freePfn, zoneEnd, sync } = event;
  return (
    `zone_start=${hex(zoneStart)} migrate_pfn=${hex(migratePfn)} free_pfn=${hex(freePfn)} ` +
    `zone_end=${hex(zoneEnd)}, mode=${sync ? 'sync' : 'async'}`
  );
}

function found(event: VmEventMap['mm_compaction_finished'][0]): string {
  const { node, zone, order, result } = event;
  return `node=${node} zone=${column(zone)} order=${order} ret=${compactResultName(result)}`;
}

function deferred(event: VmEventMap['mm_compaction_deferred'][0]): string {
  const { node, zone, order, orderFailed, considered, shift } = event;
  return (
    `node=${node} zone=${column(zone)} order=${order} order_failed=${orderFailed} ` +
    `consider=${considered} limit=${1 << shift}`
  );
}

function wanted(event: VmEventMap['mm_compaction_kcompactd_wake'][0]): string {
  return `nid=${event.node} order=${event.order} classzone_idx=${column(event.highestZone)}`;
}

/** The kernel's table of names lacks SYNC_NO_COPY: a value without a name is printed in hexadecimal. */
function traceModeName(mode: MigrateMode): string {
  return mode === MigrateMode.syncNoCopy ? `0x${mode.toString(16)}` : migrateModeName(mode);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function bit(value: boolean): number {
  return value ? 1 : 0;
}

/** A name in eight columns. */
function column(name: string): string {
  return name.padEnd(8);
}
