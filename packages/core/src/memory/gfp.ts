import { MigrateType } from './migrate-type.js';
import { ZoneType } from './zone-type.js';

/** What an allocation may do. @kernel include/linux/gfp.h gfp_t @since 0.1.0 */
export interface Gfp {
  readonly name: string;
  /** It may sleep (`__GFP_DIRECT_RECLAIM`). */
  readonly maySleep: boolean;
  /** What the page will be like. Default unmovable. */
  readonly migrateType?: MigrateType;
  /** The highest zone that will do. Default Normal. */
  readonly highestZone?: ZoneType;
  /** It may go below the low-memory mark (`__GFP_HIGH`). */
  readonly reserves?: boolean;
  /** It gives up after a light effort (`__GFP_NORETRY`). */
  readonly noRetry?: boolean;
  /** It tries hard, but would rather fail than have others give up memory (`__GFP_RETRY_MAYFAIL`). */
  readonly retryMayFail?: boolean;
  /** File pages may be touched on its behalf (`__GFP_FS`). Default: if it may sleep. */
  readonly fs?: boolean;
}

/** The kernel's usual combinations. @since 0.1.0 */
export const Gfp = Object.freeze({
  /** May sleep. */
  kernel: Object.freeze({ name: 'GFP_KERNEL', maySleep: true }),
  /** May sleep; the page may move. */
  highUserMovable: Object.freeze({
    name: 'GFP_HIGHUSER_MOVABLE',
    maySleep: true,
    migrateType: MigrateType.movable,
    highestZone: ZoneType.movable,
  }),
  /** May sleep; the page may move, and lies where the kernel can use it: targets of `alloc_contig_range`. */
  userMovable: Object.freeze({
    name: 'GFP_USER|__GFP_MOVABLE|__GFP_RETRY_MAYFAIL',
    maySleep: true,
    retryMayFail: true,
    migrateType: MigrateType.movable,
  }),
  /** Must not sleep; may use reserves. */
  atomic: Object.freeze({ name: 'GFP_ATOMIC', maySleep: false, reserves: true }),
  /** Must not sleep and may not dip into reserves. */
  noWait: Object.freeze({ name: 'GFP_NOWAIT', maySleep: false }),
});
