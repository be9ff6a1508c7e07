/**
 * Where a thread is left: before an operation, in words (`acquire cells.lock`), which it has done `occurrence` times
 * before in this execution. A name and not a number, so it stays where it is when operations of other names come or go.
 *
 * @since 0.1.0
 */
export interface SwitchPoint {
  readonly operation: string;
  /** Operations of this name that the thread has done before, from 0. */
  readonly occurrence: number;
}

/** One thread taking some steps in a row. @since 0.1.0 */
export interface Segment {
  readonly thread: string;
  /** Steps that it took, for readers, and where to leave it if there is no name; -1: as many as it can. */
  readonly steps: number;
  /**
   * Where it is left: a named operation, or its end. Without one the steps are counted. The last segment of a failing
   * schedule has none: it goes on until it fails.
   */
  readonly until?: SwitchPoint | 'end';
}

/** An answer other than 0 to a named choice. @since 0.1.0 */
export interface Choice {
  readonly name: string;
  readonly thread: string;
  /** Which asking of this name by this thread, from 0. */
  readonly occurrence: number;
  readonly value: number;
}

/**
 * A schedule: who runs how far, and which choices came out other than 0. Threads, operations and choices are named, not
 * numbered, so a schedule survives edits that do not concern it.
 *
 * @since 0.1.0
 */
export interface Schedule {
  readonly segments: readonly Segment[];
  readonly choices: readonly Choice[];
  /**
   * Of a schedule that shows a cycle in the order of locks: schedules that are run before it, because they showed those
   * steps of the cycle which it does not; if there are none, one that is empty. Absent if the order of locks is not what it is about.
   */
  readonly evidence?: readonly Schedule[];
}

/** The schedule in which every thread runs by default and every choice is 0. @since 0.1.0 */
export const DEFAULT_SCHEDULE: Schedule = { segments: [], choices: [] };

/** Stands for evidence where none is needed. */
export const NO_EVIDENCE: readonly Schedule[] = [DEFAULT_SCHEDULE];

/** Steps of a schedule, all segments together. @since 0.1.0 */
export function scheduleLength(schedule: Schedule): number {
  return schedule.segments.reduce((sum, segment) => sum + Math.max(segment.steps, 0), 0);
}
