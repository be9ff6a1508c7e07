import type { Detector } from '../detector.js';
import type { Playing, Searched } from '../play/playing.js';

/** The form of {@link JsonMuseum}. It only grows. @since 0.1.0 */
export const MUSEUM_SCHEMA = 'movable-pages-museum/1';

/** What came of playing exhibits, for machines. @since 0.1.0 */
export interface JsonMuseum {
  readonly schema: typeof MUSEUM_SCHEMA;
  readonly exhibits: number;
  /** How many were to be played. */
  readonly wanted: number;
  readonly interrupted: boolean;
  /** Broken twins that were caught for the right reason. */
  readonly caught: number;
  /** Repaired twins in which nothing was found. */
  readonly clean: number;
  readonly results: readonly JsonPlaying[];
}

/** One exhibit. @since 0.1.0 */
export interface JsonPlaying {
  readonly id: string;
  readonly title: string;
  readonly year: number;
  readonly version: string;
  readonly component: string;
  readonly reference: string;
  readonly differsIn: readonly string[];
  /** Detectors that may catch it. */
  readonly mayCatch: readonly Detector[];
  readonly caught: boolean;
  readonly finding: {
    readonly detectors: readonly Detector[];
    readonly rule: string | null;
    readonly code: string;
    readonly title: string;
    readonly scenario: string;
    readonly schedules: number;
    readonly preemptions: number;
    readonly faults: number;
    readonly steps: number;
  } | null;
  readonly brokenSearched: readonly Searched[];
  readonly twin: {
    readonly clean: boolean;
    readonly complaint: string | null;
    readonly searched: readonly Searched[];
  };
}

/**
 * Playings as data for `JSON.stringify`.
 *
 * @param wanted How many were to be played: fewer came if somebody interrupted.
 * @since 0.1.0
 */
export function playingsToJson(playings: readonly Playing[], wanted = playings.length): JsonMuseum {
  return {
    schema: MUSEUM_SCHEMA,
    exhibits: playings.length,
    wanted,
    interrupted: playings.length < wanted,
    caught: playings.filter(({ caught }) => caught).length,
    clean: playings.filter(({ clean }) => clean).length,
    results: playings.map(resultOf),
  };
}

function resultOf({ exhibit, caught, finding, ...rest }: Playing): JsonPlaying {
  return {
    id: exhibit.id,
    title: exhibit.title,
    year: exhibit.year,
    version: exhibit.version,
    component: exhibit.component,
    reference: exhibit.reference,
    differsIn: exhibit.twins.differsIn,
    mayCatch: exhibit.detectors,
    caught,
    finding:
      finding === null
        ? null
        : {
            detectors: finding.detectors,
            rule: finding.rule,
            code: finding.code,
            title: finding.title,
            scenario: finding.scenario,
            schedules: finding.schedules,
            preemptions: finding.preemptions,
            faults: finding.faults,
            steps: finding.steps,
          },
    brokenSearched: rest.brokenSearched,
    twin: { clean: rest.clean, complaint: rest.complaint, searched: rest.repairedSearched },
  };
}
