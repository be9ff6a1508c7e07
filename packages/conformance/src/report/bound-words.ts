import { counted } from '@movable-pages/explore';
import type { ScenarioReport } from '../verdict.js';

/** What a search covered, in words that name its bound. */
export function boundWords(report: ScenarioReport): string {
  if (report.error !== null) return `did not run: ${report.error.code}`;
  if (report.executions === 0 && report.stop === 'interrupted') return 'not begun: interrupted';
  if (report.exhausted) return 'every schedule';
  if (report.unbounded)
    return `every schedule with at most ${counted(report.faults, 'fault')}, whatever preemptions it takes`;
  const completed =
    report.preemptions < 0
      ? 'no bound completed'
      : `all schedules with at most ${counted(report.preemptions, 'preemption')}, ${counted(report.faults, 'fault')}`;
  if (report.stop === 'violation') return `${completed}; stopped at a finding`;
  const sampled = report.sampled === 0 ? '' : `; ${counted(report.sampled, 'schedule')} sampled beyond`;
  if (report.preemptions >= report.bound) return `${completed}${sampled}`;
  return `${completed}; ${stopWords(report)} before ${counted(report.bound, 'preemption')}${sampled}`;
}

function stopWords(report: ScenarioReport): string {
  return report.stop === 'interrupted' ? 'interrupted' : 'the budget ended';
}
