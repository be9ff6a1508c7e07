import type { Detector } from '../detector.js';
import type { Exhibit } from '../exhibit.js';

/** Something that was found in a twin. @since 0.1.0 */
export interface Shown {
  /** Who saw it; empty if it is nothing that an exhibit may count on. */
  readonly detectors: readonly Detector[];
  /** The rule of the suite that it breaks; null where core's or the explorer's own checks judge. */
  readonly rule: string | null;
  readonly code: string;
  readonly title: string;
  readonly scenario: string;
  /** Schedules that were run until it was found and its witness was short. */
  readonly schedules: number;
  readonly preemptions: number;
  readonly faults: number;
  readonly steps: number;
  /** The counterexample, a column for each thread. */
  text(options: { readonly width?: number; readonly root?: string; readonly color?: boolean }): string;
}

/** One search of a twin. @since 0.1.0 */
export interface Searched {
  readonly scenario: string;
  readonly schedules: number;
  /** Deepest number of preemptions searched to its end; -1 if the budget ended before. */
  readonly preemptions: number;
  readonly faults: number;
  /** Every schedule within the bound was run. */
  readonly complete: boolean;
}

/** What came of playing an exhibit. @since 0.1.0 */
export interface Playing {
  readonly exhibit: Exhibit;
  /** The broken twin was caught by a detector that may catch it. */
  readonly caught: boolean;
  /** What was found in the broken twin: what counts, else what was found instead. */
  readonly finding: Shown | null;
  readonly brokenSearched: readonly Searched[];
  /** Nothing was found in the repaired twin. */
  readonly clean: boolean;
  /** What was found in the repaired twin. */
  readonly complaint: string | null;
  readonly repairedSearched: readonly Searched[];
}
