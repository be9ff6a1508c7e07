/**
 * How compaction of a zone went, or why it did not begin. Of several zones the greatest counts.
 *
 * @kernel include/linux/compaction.h enum compact_result
 * @since 0.1.0
 */
export const CompactResult = {
  /** Only in events: too little memory is scattered. */
  notSuitableZone: 0,
  /** Too little memory is free for it to work. */
  skipped: 1,
  /** It failed too often lately. */
  deferred: 2,
  /** Only in events: goes on, a block of the order is not there yet. */
  noSuitablePage: 3,
  /** Goes on, or should begin. */
  continue: 4,
  /** The whole zone was scanned, without success. */
  complete: 5,
  /** The scanners met, but had not begun at the ends. */
  partialSkipped: 6,
  /** Given up: no target, too many pages isolated, or a signal. */
  contended: 7,
  /** There is a block of the order now. */
  success: 8,
} as const;

/** One of {@link CompactResult}. @since 0.1.0 */
export type CompactResult = (typeof CompactResult)[keyof typeof CompactResult];

const NAMES = [
  'not_suitable_zone',
  'skipped',
  'deferred',
  'no_suitable_page',
  'continue',
  'complete',
  'partial_skipped',
  'contended',
  'success',
] as const;

/** The kernel's name of a result, as in events. @since 0.1.0 */
export function compactResultName(result: CompactResult): string {
  return NAMES[result];
}
