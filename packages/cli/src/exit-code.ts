import type { Verdict } from '@movable-pages/conformance';

/** The exit codes, in the order in which one outweighs another. */
const WEIGHTS = [130, 1, 2, 3, 0];

/** What the process exits with after a Ctrl-C. */
export const INTERRUPTED = 130;

/** What the process exits with after an error of use or of loading. */
export const COULD_NOT_RUN = 2;

/** The worst of several exit codes: interrupted, not conformant, could not run, inconclusive, conformant. @since 0.1.0 */
export function worst(codes: readonly number[]): number {
  return WEIGHTS.find((code) => codes.includes(code)) ?? 0;
}

/** The exit code of a verdict. @since 0.1.0 */
export function exitCodeOf(verdict: Pick<Verdict, 'outcome'>): number {
  switch (verdict.outcome) {
    case 'conformant':
    case 'partial':
      return 0;
    case 'not-conformant':
      return 1;
    case 'broken':
      return COULD_NOT_RUN;
    case 'inconclusive':
      return 3;
    case 'interrupted':
      return INTERRUPTED;
  }
}
