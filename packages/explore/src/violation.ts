import type { MisuseDetails } from '@movable-pages/machine';
import type { Schedule } from './schedule.js';

/** What class of thing went wrong. @since 0.1.0 */
export type ViolationKind =
  | 'race'
  | 'deadlock'
  | 'lock-order'
  | 'livelock'
  | 'step-limit'
  | 'misuse'
  | 'throw'
  | 'hang'
  | 'reference'
  | 'leak'
  | 'monitor'
  | 'non-determinism';

/** One step of a cycle in the order of locks: somebody asks for a lock while he, or whom he interrupts, holds one. @since 0.1.0 */
export interface LockOrderStep {
  readonly thread: string;
  readonly scope: string | null;
  readonly party: string;
  /** The lock that is held, and the stack where it was taken. */
  readonly holds: string;
  readonly holdsSite?: string | undefined;
  /** The lock that is asked for, and the stack where. */
  readonly asks: string;
  readonly asksSite?: string | undefined;
  /** Who is interrupted while he holds the lock, if the one who asks is an interrupt handler. */
  readonly interrupts?: string;
  /** A schedule that comes to it. */
  readonly schedule: Schedule;
}

/**
 * Something that must not happen and did, as data. Renderers turn it into text.
 *
 * @since 0.1.0
 */
export interface Violation {
  readonly kind: ViolationKind;
  /** A stable code: a `MP_` code of the machine, or the id of the rule that a monitor judges by. */
  readonly code: string;
  /** One sentence: who did what to what. */
  readonly message: string;
  /** What ties two occurrences of one bug together: no step numbers, no counts. */
  readonly subject: string;
  /** The thread that was running. */
  readonly thread: string | null;
  /** The innermost scope that was running, for example `balloon.isolatePage`. */
  readonly scope: string | null;
  /** Whose code was running. */
  readonly party: string | null;
  readonly details: MisuseDetails;
  /** The other party of a race or of a cycle. */
  readonly other?: { readonly thread: string; readonly what: string; readonly site?: string | undefined };
  /** Of a race: the value at the earlier access, and after the later one, if they differ. */
  readonly valueChanged?: { readonly from: string; readonly to: string };
  /** What the thread was doing when it showed, for the last line of a trace. Default: the message. */
  readonly doing?: string;
  /** Of a deadlock or an order of locks: the lock classes of the cycle, sorted. */
  readonly lockClasses?: readonly string[];
  /** Of an order of locks: every step of the cycle. */
  readonly lockOrder?: readonly LockOrderStep[];
  /** What to do about it, if the reporter knows. */
  readonly hint?: string;
}

/** Two violations with one key are one bug. @since 0.1.0 */
export function violationKey(violation: Violation): string {
  return `${violation.kind}|${violation.code}|${violation.subject}`;
}
