/** The first decision of some schedules. @since 0.1.0 */
export interface UnitDecision {
  /** The thread that steps; absent if the decision is the answer to a choice. */
  readonly thread?: number;
  readonly answer?: number;
  /** Threads whose units come before this one and see what would be seen twice: a mask. */
  readonly before: number;
}

/**
 * A part of a search that stands for itself: all schedules that begin with these decisions. The units of a program depend on
 * the program and on how many are asked for, never on who works on them.
 *
 * @since 0.1.0
 */
export interface WorkUnit {
  /** Which one, from 0, and of how many. */
  readonly index: number;
  readonly count: number;
  readonly decisions: readonly UnitDecision[];
}
