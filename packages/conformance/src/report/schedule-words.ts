import type { Finding } from '../finding.js';
import { counted, grouped } from './counting.js';

/** More stretches than this are not listed one by one. */
const STRETCHES = 8;

/** The schedule of a finding in words: `user A 8 steps, compactor 5 steps: no preemption, 13 steps; seen in ...`. */
export function scheduleWords(finding: Finding, schedules?: number): string {
  const { segments, choices } = finding.schedule;
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
  const cost = [counted(finding.preemptions, 'preemption', 'no')];
  if (finding.faults > 0) cost.push(counted(finding.faults, 'fault'));
  cost.push(counted(finding.steps, 'step'));
  const of = schedules === undefined || schedules === 0 ? '' : ` of ${counted(schedules, 'schedule')}`;
  const seen =
    schedules === undefined || schedules === 0 ? '' : `; seen in ${grouped(finding.occurrences)}${of}`;
  return `${shown.join(', ')}${faults.length === 0 ? '' : `; with ${faults.join(', ')}`}: ${cost.join(', ')}${seen}`;
}
