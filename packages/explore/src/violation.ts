import type { MisuseDetails } from '@movable-pages/machine';

/** What class of thing went wrong. @since 0.1.0 */
export type ViolationKind =
  | 'race'
  | 'deadlock'
  | 'livelock'
  | 'step-limit'
  | 'misuse'
  | 'throw'
  | 'hang'
  | 'monitor'
  | 'non-determinism';

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
  /** What the thread was doing when it showed, for the last line of a trace. Default: the message. */
  readonly doing?: string;
  /** A value that was changed where it must not be, as text: what it was, and what it became. */
  readonly change?: { readonly before: string; readonly after: string };
  /** What to do about it, if the reporter knows. */
  readonly hint?: string;
}

/** Two violations with one key are one bug. @since 0.1.0 */
export function violationKey(violation: Violation): string {
  return `${violation.kind}|${violation.code}|${violation.subject}`;
}
