/** What an allocation may do. @kernel include/linux/gfp.h gfp_t @since 0.1.0 */
export interface Gfp {
  readonly name: string;
  /** It may sleep (`__GFP_DIRECT_RECLAIM`). */
  readonly maySleep: boolean;
}

/** The kernel's usual combinations. @since 0.1.0 */
export const Gfp = Object.freeze({
  /** May sleep. */
  kernel: Object.freeze({ name: 'GFP_KERNEL', maySleep: true }),
  /** May sleep; the page may move. */
  highUserMovable: Object.freeze({ name: 'GFP_HIGHUSER_MOVABLE', maySleep: true }),
  /** Must not sleep. */
  atomic: Object.freeze({ name: 'GFP_ATOMIC', maySleep: false }),
  /** Must not sleep and may not dip into reserves. */
  noWait: Object.freeze({ name: 'GFP_NOWAIT', maySleep: false }),
});
