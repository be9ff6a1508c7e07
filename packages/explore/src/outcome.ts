import type { Violation } from './violation.js';

/** How one execution went. @since 0.1.0 */
export interface Outcome {
  readonly violation: Violation | null;
  readonly steps: number;
  readonly preemptions: number;
  readonly faults: number;
  /** The strategy gave it up half-way: all that could still come of it is seen elsewhere. */
  readonly abandoned: boolean;
}
