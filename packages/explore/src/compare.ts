/** What a witness costs its reader. @since 0.1.0 */
export interface Cost {
  readonly preemptions: number;
  readonly faults: number;
  readonly steps: number;
}

/** Whether `a` is the better witness: fewer preemptions, then fewer faults, then fewer steps. */
export function isShorter(a: Cost, b: Cost): boolean {
  return (a.preemptions - b.preemptions || a.faults - b.faults || a.steps - b.steps) < 0;
}
