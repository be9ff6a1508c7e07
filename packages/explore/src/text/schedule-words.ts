import type { Cost } from '../compare.js';
import type { Schedule } from '../schedule.js';
import { counted } from './counting.js';

/** More stretches than this are not listed one by one. */
const STRETCHES = 8;

/**
 * A schedule in words, with what it costs: `user A 8 steps, compactor 5 steps: no preemption, 13 steps`.
 *
 * @since 0.1.0
 */
export function scheduleWords({ segments, choices }: Schedule, cost: Cost): string {
  const stretches = segments.map(({ thread, steps }) =>
    steps < 0 ? `${thread} to the end` : `${thread} ${counted(steps, 'step')}`,
  );
  const shown =
    stretches.length > STRETCHES
      ? [
          ...stretches.slice(0, STRETCHES - 2),
          `${stretches.length - STRETCHES + 1} more turns`,
          stretches.at(-1)!,
        ]
      : stretches;
  const faults = choices.map(({ name, thread, occurrence }) => `${name} (${thread}, time ${occurrence + 1})`);
  const costs = [counted(cost.preemptions, 'preemption', 'no')];
  if (cost.faults > 0) costs.push(counted(cost.faults, 'fault'));
  costs.push(counted(cost.steps, 'step'));
  return `${shown.join(', ')}${faults.length === 0 ? '' : `; with ${faults.join(', ')}`}: ${costs.join(', ')}`;
}
