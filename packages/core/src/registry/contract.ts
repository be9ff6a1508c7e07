import type { Op } from '@movable-pages/machine';
import type { Page } from '../memory/page.js';
import type { MigrateMode } from '../migrate/migrate-mode.js';
import type { MovableMapping } from '../movable/movable-mapping.js';
import type { Workload } from './workload.js';

/**
 * The callback signatures a driver may be written to: `a_ops`, those of `address_space_operations` (4.8 to 5.19), or
 * `movable_operations` (6.0 on). The registry adapts either to every profile.
 *
 * @since 0.1.0
 */
export type Contract = 'a_ops' | 'movable_operations';

/** The contracts there are. @since 0.1.0 */
export const CONTRACTS: readonly Contract[] = ['a_ops', 'movable_operations'];

/** What both contracts share. @since 0.1.0 */
export interface DriverCallbacks {
  /**
   * The VM wants to move `page`: keep your hands off it from the return until {@link DriverCallbacks.putbackPage},
   * a successful migration, or until you free it. Take it off every list of yours.
   *
   * Called with the page locked. Must not sleep if `mode` has `IsolateMode.asyncMigrate`; must not lock, unlock, get or put
   * the page.
   *
   * @returns True if taken; false leaves the driver unchanged.
   * @kernel include/linux/fs.h isolate_page
   */
  isolatePage(page: Page, mode: number): Op<boolean>;
  /**
   * The VM gives an isolated page back unmoved. Cannot fail. Called with the page locked and still marked isolated. May
   * sleep; must not lock any page and must not drop a reference.
   *
   * @kernel include/linux/fs.h putback_page
   */
  putbackPage(page: Page): Op<void>;
  /** How a test uses the driver through its own user API. */
  workload(): Workload;
}

/**
 * A driver written to the `address_space_operations` contract.
 *
 * @since 0.1.0
 */
export interface AddressSpaceDriver extends DriverCallbacks {
  /**
   * Moves the contents and everything that leads to `oldPage` to `newPage`. Called with both pages locked. On success:
   * `setPageMovable(newPage)`, a reference of your own on `newPage`, `clearPageMovable(oldPage)`, your reference on
   * `oldPage` dropped. Otherwise: both pages as they were.
   *
   * May sleep as `mode` allows: not in ASYNC, on locks in SYNC_LIGHT, freely in SYNC.
   *
   * @returns `MIGRATEPAGE_SUCCESS`, `-EAGAIN` (the same call may succeed soon) or another negative error (permanent).
   * @kernel include/linux/fs.h migratepage
   */
  migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number>;
}

/**
 * A driver written to the `movable_operations` contract.
 *
 * @since 0.1.0
 */
export interface MovableOperationsDriver extends DriverCallbacks {
  /**
   * As {@link AddressSpaceDriver.migratePage}, without a mapping and with the target first.
   *
   * @kernel include/linux/migrate.h migrate_page
   */
  migratePage(newPage: Page, oldPage: Page, mode: MigrateMode): Op<number>;
}

/** A driver of either contract. @since 0.1.0 */
export type MovablePageDriver = AddressSpaceDriver | MovableOperationsDriver;

/** A driver of one contract. @since 0.1.0 */
export type DriverOf<C extends Contract> = C extends 'a_ops' ? AddressSpaceDriver : MovableOperationsDriver;

/**
 * What a driver says of itself. A capability turns obligations on or off; a wrong one is a finding.
 *
 * - `drops-content`: contents need not survive migration (a balloon's host owns them).
 * - `supports-no-copy`: SYNC_NO_COPY works; all others refuse it with `-EINVAL`.
 * - `refuses-isolation`: `isolatePage` may say false.
 * - `pins`: the workload can pin objects, and pinned ones do not move.
 * - `shrinks`: the workload can ask the driver for memory back.
 * - `page-groups`: objects consist of several pages that belong together.
 * - `unloads-in-use`: `unload` takes back what users still hold; without it, every object is freed before.
 *
 * @since 0.1.0
 */
export type Capability =
  | 'drops-content'
  | 'supports-no-copy'
  | 'refuses-isolation'
  | 'pins'
  | 'shrinks'
  | 'page-groups'
  | 'unloads-in-use';

/**
 * What the workload of a driver with a capability must offer, so that a test can use it.
 *
 * @since 0.1.0
 */
export const CAPABILITY_METHODS: Readonly<Record<Capability, readonly (keyof Workload)[]>> = Object.freeze({
  'drops-content': [],
  'supports-no-copy': [],
  'refuses-isolation': [],
  pins: ['pin', 'unpin'],
  shrinks: ['shrink'],
  'page-groups': [],
  'unloads-in-use': ['unload'],
});

/** The capabilities there are. @since 0.1.0 */
export const CAPABILITIES = Object.freeze(Object.keys(CAPABILITY_METHODS)) as readonly Capability[];
