import { HANDLE } from '@movable-pages/machine';
import { EventEmitter } from 'eventemitter3';
import type { CompactResult } from '../compact/compact-result.js';
import type { Gfp } from '../memory/gfp.js';
import type { MigrateType } from '../memory/migrate-type.js';
import type { Page } from '../memory/page.js';
import type { ZoneName } from '../memory/zone-type.js';
import type { MigrateMode, MigrateReason } from '../migrate/migrate-mode.js';
import type { MovableMapping } from '../movable/movable-mapping.js';

/** A callback of a driver that is about to run or has run. */
interface DriverEvent {
  readonly page: Page;
  readonly mapping: MovableMapping;
}

interface MigrateEvent {
  readonly newPage: Page;
  readonly oldPage: Page;
  readonly mapping: MovableMapping;
  readonly mode: MigrateMode;
}

/** Where a scanner looked. */
interface IsolateEvent {
  readonly startPfn: number;
  readonly endPfn: number;
  readonly scanned: number;
  readonly taken: number;
}

/** A compaction of a zone. */
interface CompactEvent {
  readonly zoneStart: number;
  readonly migratePfn: number;
  readonly freePfn: number;
  readonly zoneEnd: number;
  readonly sync: boolean;
}

/** What a zone is found to be like. */
interface CompactResultEvent {
  readonly node: number;
  readonly zone: ZoneName;
  readonly order: number;
  readonly result: CompactResult;
}

/** Attempts that are left out after a failure. */
interface DeferEvent {
  readonly node: number;
  readonly zone: ZoneName;
  readonly order: number;
  readonly orderFailed: number;
  readonly considered: number;
  readonly shift: number;
}

/** An entry of a page table that was just stored. @since 0.1.0 */
export interface MigrationEntryEvent {
  /** Virtual page number. */
  readonly vpn: number;
  /** Bytes of a page. */
  readonly pageSize: number;
  /** The entry, as this VM encodes it. */
  readonly pte: number;
  readonly order: number;
}

/** A kcompactd that is wanted or has woken. */
interface KcompactdEvent {
  readonly node: number;
  readonly order: number;
  readonly highestZone: ZoneName;
}

/**
 * Events of the VM. Those of the kernel carry its tracepoints' names and fields; those of drivers come before and after
 * each callback, `result` being what the callback gave, sense or nonsense.
 *
 * @kernel include/trace/events/migrate.h
 * @since 0.1.0
 */
export interface VmEventMap {
  mm_migrate_pages_start: [{ readonly mode: MigrateMode; readonly reason: MigrateReason }];
  mm_migrate_pages: [
    {
      readonly succeeded: number;
      readonly failed: number;
      readonly thpSucceeded: number;
      readonly thpFailed: number;
      readonly thpSplit: number;
      readonly mode: MigrateMode;
      readonly reason: MigrateReason;
    },
  ];
  /** A page-table entry became a migration entry. Not in all profiles. */
  set_migration_pte: [MigrationEntryEvent];
  /** A migration entry became a page-table entry again. Not in all profiles. */
  remove_migration_pte: [MigrationEntryEvent];
  mm_compaction_isolate_migratepages: [IsolateEvent];
  mm_compaction_isolate_freepages: [IsolateEvent];
  mm_compaction_migratepages: [{ readonly migrated: number; readonly failed: number }];
  mm_compaction_begin: [CompactEvent];
  mm_compaction_end: [CompactEvent & { readonly status: CompactResult }];
  mm_compaction_try_to_compact_pages: [
    { readonly order: number; readonly gfp: Gfp; readonly priority: number },
  ];
  mm_compaction_finished: [CompactResultEvent];
  mm_compaction_suitable: [CompactResultEvent];
  mm_compaction_deferred: [DeferEvent];
  mm_compaction_defer_compaction: [DeferEvent];
  mm_compaction_defer_reset: [DeferEvent];
  mm_compaction_kcompactd_sleep: [{ readonly node: number }];
  mm_compaction_wakeup_kcompactd: [KcompactdEvent];
  mm_compaction_kcompactd_wake: [KcompactdEvent];
  mm_page_alloc_extfrag: [
    {
      readonly pfn: number;
      readonly allocOrder: number;
      readonly fallbackOrder: number;
      readonly pageblockOrder: number;
      readonly allocMigrateType: MigrateType;
      readonly fallbackMigrateType: MigrateType;
      /** The page block went over to the type that asked. */
      readonly changeOwnership: boolean;
    },
  ];
  driver_isolate_enter: [DriverEvent & { readonly mode: number }];
  driver_isolate: [DriverEvent & { readonly mode: number; readonly result: unknown }];
  driver_migrate_enter: [MigrateEvent];
  driver_migrate: [MigrateEvent & { readonly result: unknown }];
  driver_putback_enter: [DriverEvent];
  driver_putback: [DriverEvent & { readonly result: unknown }];
  set_page_movable: [DriverEvent];
  clear_page_movable: [{ readonly page: Page }];
  page_alloc: [{ readonly page: Page }];
  page_free: [{ readonly page: Page }];
  /** The kernel would print a warning (`WARN_ON_ONCE`, `VM_BUG_ON_PAGE`). */
  vm_warning: [{ readonly page: Page; readonly what: string }];
}

/**
 * The emitter of a kernel's events. Listeners run inside the step that emits and must not run operations.
 *
 * @since 0.1.0
 */
export class VmEvents extends EventEmitter<VmEventMap> {
  declare readonly [HANDLE]: true;
}

Object.defineProperty(VmEvents.prototype, HANDLE, { value: true });
