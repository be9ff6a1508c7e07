/**
 * Every code a {@link MachineError} may carry. Codes are permanent; messages are free to improve.
 *
 * @since 0.1.0
 */
export type MachineErrorCode =
  | 'MP_NO_MACHINE'
  | 'MP_NO_THREAD'
  | 'MP_ASYNC_CREATE'
  | 'MP_UNTRACKED_FIELD'
  | 'MP_RAW_STORE'
  | 'MP_NEW_KEY'
  | 'MP_DELETE_KEY'
  | 'MP_ARRAY_HOLE'
  | 'MP_SHARED_CLASS'
  | 'MP_STALE_REFERENCE'
  | 'MP_LATE_LOCK'
  | 'MP_USE_AFTER_FREE'
  | 'MP_DOUBLE_FREE'
  | 'MP_FOREIGN_VALUE'
  | 'MP_OP_NOT_YIELDED'
  | 'MP_OP_YIELDED_TWICE'
  | 'MP_YIELD_NOT_STAR'
  | 'MP_FOREIGN_YIELD'
  | 'MP_UNLOCK_NOT_HELD'
  | 'MP_RECURSIVE_LOCK'
  | 'MP_SLEEP_IN_ATOMIC'
  | 'MP_SLEEP_IN_CALLBACK'
  | 'MP_PINNED_LOCK_DROPPED'
  | 'MP_LOCK_LEAK'
  | 'MP_WAITS_ELSEWHERE'
  | 'MP_IRQS_UNBALANCED'
  | 'MP_COUNTER_UNDERFLOW'
  | 'MP_NO_MOVABLE_OPS'
  | 'MP_LIST_CORRUPTION'
  | 'MP_WORK_ON_DESTROYED_QUEUE'
  | 'MP_PARAMETER'
  | 'MP_HEAP_FULL'
  | 'MP_TOO_MANY_THREADS'
  | 'MP_STEP_LIMIT'
  | 'MP_DEADLOCK'
  | 'MP_ASSERTION';

/**
 * The two places and the names that a misuse is about. A place is a JavaScript stack, captured only while
 * the machine captures sites.
 *
 * @since 0.1.0
 */
export interface MisuseDetails {
  /** What was used wrongly: a lock, an object, a page. */
  readonly subject?: string;
  /** Where the mistake showed. */
  readonly here?: string | undefined;
  /** The other place: where the lock was taken, the object freed, the operation created. */
  readonly there?: string | undefined;
  /** What the other place did, for example `freed by vm`. */
  readonly thereWhat?: string;
  /** The location concerned, if there is one. */
  readonly location?: number;
  /** What should have been seen. */
  readonly expected?: string;
  /** What was seen. */
  readonly received?: string;
}

/**
 * A mistake of the program that runs on the machine, or of whoever set the machine up. The `code` is stable; the
 * message says what to do next.
 *
 * @since 0.1.0
 */
export class MachineError extends Error {
  override readonly name = 'MachineError';

  constructor(
    readonly code: MachineErrorCode | (string & {}),
    message: string,
    readonly details: MisuseDetails = {},
  ) {
    super(message);
  }
}
