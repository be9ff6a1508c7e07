import { HANDLE } from '@movable-pages/machine';
import { EventEmitter } from 'eventemitter3';
import type { Page } from '../memory/page.js';
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
