/** One thread taking some steps in a row. `steps` is -1 in the last segment of a schedule that goes on by default. */
export interface Segment {
  readonly thread: string;
  readonly steps: number;
}

/** An answer other than 0 to a named choice. */
export interface Choice {
  readonly name: string;
  readonly thread: string;
  /** Which asking of this name by this thread, from 0. */
  readonly occurrence: number;
  readonly value: number;
}

/**
 * A schedule: who runs for how long, and which choices came out other than 0. Threads and choices are named, not
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
