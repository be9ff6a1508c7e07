/**
 * The kinds of operation. Each is one atomic, visible step of a kernel thread on one location; `a`, `b`, `c` are its
 * arguments.
 *
 * @since 0.1.0
 */
export const OpKind = {
  /** A thread begins. */
  start: 0,
  /** Reads a word. */
  load: 1,
  /** Writes `a`. */
  store: 2,
  /** Adds `a`, gives the old value. */
  fetchAdd: 3,
  /** Adds `a`, gives nothing: two of these commute. */
  add: 4,
  /** Ors `a`, gives the old value. */
  fetchOr: 5,
  /** Ands `a`, gives the old value. */
  fetchAnd: 6,
  /** Writes `b` if the word is `a`; gives whether it did. */
  compareExchange: 7,
  /** Adds 1 unless the word is 0; gives whether it did. */
  incrementUnlessZero: 8,
  /** Waits until `word & a` is 0, then adds `b`. */
  acquire: 9,
  /** Adds `b` if `word & a` is 0; gives whether it did. */
  tryAcquire: 10,
  /** Subtracts `b`. */
  release: 11,
  /** Waits until `word & a` equals `b`, then adds `c`. With a time limit, gives whether it did. */
  awaitEqual: 12,
  /** Waits until `word & a` differs from `b`, then adds `c`. With a time limit, gives whether it did. */
  awaitNotEqual: 13,
  /** Joins the waiters of the location; `a` is 1 for an exclusive waiter. */
  prepareWait: 14,
  /** Sleeps until woken. With a time limit, gives whether it was woken. */
  sleep: 15,
  /** Leaves the waiters of the location. */
  finishWait: 16,
  /** Wakes every non-exclusive waiter of the location and the first `a` exclusive ones; gives how many. */
  wake: 17,
  /** Starts a thread; gives it. */
  spawn: 18,
  /** Waits until thread `a` has ended. */
  join: 19,
  /** Lets others go first. */
  yield: 20,
  /** A failed turn of a spinning loop: not runnable until another thread has stepped. */
  relax: 21,
  /** A named choice among `a` alternatives; 0 is the ordinary one. */
  choose: 22,
  /** A place inside a longer action (a copy) where others may come in. */
  point: 23,
  /** Reads the clock. */
  now: 24,
} as const;

/** One of {@link OpKind}. @since 0.1.0 */
export type OpKind = (typeof OpKind)[keyof typeof OpKind];

const NAMES = Object.keys(OpKind) as (keyof typeof OpKind)[];

/** The name of a kind, for traces. @since 0.1.0 */
export function opKindName(kind: OpKind): keyof typeof OpKind {
  return NAMES[kind] ?? 'start';
}
