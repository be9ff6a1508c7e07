import type { Outcome } from './execution.js';

/** Whether `a` is the better witness: fewer preemptions and faults together, then fewer steps. */
export function isShorter(a: Outcome, b: Outcome): boolean {
  const cost = a.preemptions + a.faults - b.preemptions - b.faults;
  return cost < 0 || (cost === 0 && a.steps < b.steps);
}
