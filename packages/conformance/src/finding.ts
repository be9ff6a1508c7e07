import type { Schedule, TraceEntry } from '@movable-pages/explore';

/** Where in a run something showed. @since 0.1.0 */
export interface FindingPlace {
  readonly thread: string | null;
  /** The callback or user operation, for example `balloon.isolatePage`. */
  readonly scope: string | null;
  /** Source line of the driver, `src/driver.ts:31`, if one is known. */
  readonly source: string | null;
}

/**
 * A broken rule, as data. Every report is a rendering of this.
 *
 * @since 0.1.0
 */
export interface Finding {
  readonly ruleId: string;
  /** One sentence that names both parties. */
  readonly title: string;
  readonly expected: string;
  readonly received: string;
  readonly where: FindingPlace;
  /** The other side: of a race, of a use after free, of a lock. */
  readonly other: (FindingPlace & { readonly what: string }) | null;
  readonly hint: string;
  /** The machine's own code, if a misuse or a detector found it. */
  readonly code: string;
  readonly profile: string;
  readonly scenario: string;
  readonly schedule: Schedule;
  readonly preemptions: number;
  readonly faults: number;
  readonly steps: number;
  /** Executions in which it showed, of those that were run; 0: only several scenarios together show it. */
  readonly occurrences: number;
  /** Of what only several scenarios together show: the others. */
  readonly elsewhere?: readonly string[];
  /** Replays it: `movable-pages replay TOKEN`. */
  readonly token: string;
  /** Empty if only several scenarios together show it: replaying it gives one. */
  readonly trace: readonly TraceEntry[];
}
