import type { Choice, Segment } from './schedule.js';

/** In what way a schedule does not fit a program. @since 0.1.0 */
export type MisfitKind =
  /** There is no thread of that name. */
  | 'thread'
  /** The thread does not come to the operation at all. */
  | 'operation'
  /** It does the operation, but fewer times. */
  | 'occurrence'
  /** It does the operation more often before the point that was meant. */
  | 'moved'
  /** It waits where it went on before. */
  | 'blocked'
  /** It has ended where it went on before. */
  | 'ended'
  /** The choice is not asked, or has fewer answers. */
  | 'choice';

/** One place at which a schedule does not fit a program any more. @since 0.1.0 */
export interface Misfit {
  readonly kind: MisfitKind;
  /** The segment of the schedule, from 0; for a choice, the number of segments. */
  readonly segment: number;
  readonly thread: string;
  /** What the schedule names: an operation or a choice in words, or null for a thread or a number of steps. */
  readonly expected: string | null;
  /** What is there instead, in words, or null if nothing is. */
  readonly instead: string | null;
  /** All of it, in one sentence. */
  readonly message: string;
}

/** A thread that is not there. */
export function threadGone(segment: number, thread: string): Misfit {
  return {
    kind: 'thread',
    segment,
    thread,
    expected: null,
    instead: null,
    message: `there is no thread ${thread}`,
  };
}

/**
 * A point that does not come any more.
 *
 * @param done How often the thread does an operation of that name now.
 * @param instead The operation at which it is after as many steps, or null if it has ended by then.
 */
export function pointGone(
  index: number,
  { thread, steps, until }: Segment,
  done: number,
  instead: string | null,
): Misfit {
  const { operation, occurrence } = until as Exclude<Segment['until'], 'end' | undefined>;
  const now = `after ${steps} ${steps === 1 ? 'step' : 'steps'} it ${instead === null ? 'has ended' : `is at "${instead}"`}`;
  return {
    kind: done === 0 ? 'operation' : 'occurrence',
    segment: index,
    thread,
    expected: operation,
    instead,
    message:
      done === 0
        ? `${thread} does not come to "${operation}" any more; ${now}`
        : `${thread} was left before its ${ordinal(occurrence)} "${operation}" and does that ${times(done)} now; ${now}`,
  };
}

/** A point before which the operation comes more often now. */
export function pointMoved(index: number, { thread, until }: Segment, now: number): Misfit {
  const { operation, occurrence } = until as Exclude<Segment['until'], 'end' | undefined>;
  return {
    kind: 'moved',
    segment: index,
    thread,
    expected: operation,
    instead: operation,
    message: `${thread} was left before its ${ordinal(occurrence)} "${operation}"; left before its ${ordinal(now)} it fails`,
  };
}

/** A thread that waits where it went on. */
export function blocked(index: number, segment: Segment, waits: string): Misfit {
  const { thread } = segment;
  const expected = typeof segment.until === 'object' ? segment.until.operation : null;
  return {
    kind: 'blocked',
    segment: index,
    thread,
    expected,
    instead: waits,
    message: `${thread} cannot go on${expected === null ? '' : ` to "${expected}"`}: it waits in "${waits}"`,
  };
}

/** A thread that ended before it took its steps. */
export function endedEarly(index: number, { thread, steps }: Segment, taken: number): Misfit {
  return {
    kind: 'ended',
    segment: index,
    thread,
    expected: null,
    instead: null,
    message: `${thread} ended after ${taken} of ${steps} steps`,
  };
}

/** An answer that nobody asked for. */
export function choiceGone(segments: number, { name, thread, occurrence, value }: Choice): Misfit {
  return {
    kind: 'choice',
    segment: segments,
    thread,
    expected: name,
    instead: null,
    message: `${thread} does not ask "${name}" for the ${ordinal(occurrence)} time, or ${value} is no answer to it`,
  };
}

function ordinal(index: number): string {
  const n = index + 1;
  const tens = n % 100;
  const suffix = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}

function times(n: number): string {
  return n === 1 ? 'once' : `${n} times`;
}
