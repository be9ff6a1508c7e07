import { CheckError } from './errors.js';
import { requireRule } from './selection.js';

/** A rule that its author has switched off for a time. @since 0.1.0 */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;
  /** Why, in words that others understand. */
  readonly reason: string;
  /** The last day on which it holds: `2027-01-31`. */
  readonly until: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Refuses waivers that say too little or hold no more.
 *
 * @param today The day as `2026-12-31`: whoever calls knows the date, the suite does not.
 * @throws CheckError `MP_UNKNOWN_RULE`, `MP_BAD_WAIVER` (no reason, no such day, twice), `MP_WAIVER_EXPIRED`.
 * @since 0.1.0
 */
export function requireWaivers(waivers: readonly Waiver[], today: string): void {
  const seen = new Set<string>();
  for (const { rule, reason, until } of waivers) {
    requireRule(rule);
    const bad = (what: string) =>
      new CheckError(
        'MP_BAD_WAIVER',
        `the waiver of ${rule} ${what}; give { rule, reason, until: '2027-01-31' }`,
      );
    if (seen.has(rule)) throw bad('is there twice');
    seen.add(rule);
    if (typeof reason !== 'string' || reason.trim() === '') throw bad('has no reason');
    if (/\p{Cc}/u.test(reason)) throw bad('has a reason with control characters');
    if (typeof until !== 'string' || !isDay(until)) throw bad(`ends on ${String(until)}, which is no day`);
    if (until < today)
      throw new CheckError(
        'MP_WAIVER_EXPIRED',
        `the waiver of ${rule} ended on ${until} (${reason}); mend the driver and take the waiver out, or give it another day and say why`,
      );
  }
}

function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
