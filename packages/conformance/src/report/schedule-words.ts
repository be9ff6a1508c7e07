import { counted, grouped, scheduleWords } from '@movable-pages/explore';
import type { Finding } from '../finding.js';

/** The schedule of a finding in words, and how often it was seen: `user A 8 steps, ...: 1 preemption, 13 steps; seen in ...`. */
export function findingSchedule(finding: Finding, schedules = 0): string {
  const words = scheduleWords(finding.schedule, finding);
  return schedules === 0 || finding.occurrences === 0
    ? words
    : `${words}; seen in ${grouped(finding.occurrences)} of ${counted(schedules, 'schedule')}`;
}
