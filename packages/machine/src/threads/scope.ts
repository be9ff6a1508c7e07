/**
 * How far the code of a scope may sleep: not at all, on locks only (it must not wait for I/O-scale events), or freely.
 *
 * @since 0.1.0
 */
export const MayBlock = { no: 0, onLocks: 1, yes: 2 } as const;

/** One of {@link MayBlock}. @since 0.1.0 */
export type MayBlock = (typeof MayBlock)[keyof typeof MayBlock];

/**
 * A stretch of a thread that runs somebody's code: a driver callback, the workload, a device. References taken inside
 * are held by its party; locks held when it was entered are pinned: it may not drop them, and it must leave with no
 * more than it came with.
 *
 * @since 0.1.0
 */
export interface Scope {
  /** Who: `vm`, `driver`, `device`, `user`. */
  readonly party: string;
  /** What, for reports: `balloon.isolatePage`. */
  readonly what: string;
  readonly mayBlock: MayBlock;
  /** How many locks were held on entry: these are pinned. */
  readonly heldOnEntry: number;
  /** Locks taken inside may outlive the scope (an operation of a user API that hands out a locked object). */
  readonly mayKeepLocks: boolean;
}
