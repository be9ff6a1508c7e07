import type { Op } from '@movable-pages/machine';

/**
 * A cache that can give memory back when it is short: a driver's pool, a filesystem's entries. Called by whoever is short of
 * memory, in his thread.
 *
 * @kernel include/linux/shrinker.h struct shrinker
 * @since 0.1.0
 */
export interface Shrinker {
  readonly name: string;
  /** How many objects it could give up. 0: leave it alone. */
  countObjects(node: number): Op<number>;
  /** Gives up to `objects` up; gives how many it did, or {@link SHRINK_STOP} if it cannot now. */
  scanObjects(node: number, objects: number): Op<number>;
}

/** The answer of a shrinker that cannot go on without a deadlock. @kernel include/linux/shrinker.h SHRINK_STOP @since 0.1.0 */
export const SHRINK_STOP = -1;

/**
 * Called when memory is out and nothing could be reclaimed; gives how many pages it freed.
 *
 * @kernel include/linux/oom.h register_oom_notifier
 * @since 0.1.0
 */
export interface OomNotifier {
  readonly name: string;
  /** Those of higher priority come first. Default 0. */
  readonly priority?: number;
  /** Frees what can be freed; gives how many pages that was. */
  notify(): Op<number>;
}
