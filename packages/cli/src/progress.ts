import type { CheckEvent } from '@movable-pages/conformance';
import { createSpinner } from 'nanospinner';
import type { Io } from './io.js';

/** Shows how far a check is, on a terminal; elsewhere nothing. @since 0.1.0 */
export interface ProgressLine {
  onEvent(event: CheckEvent): void;
  stop(): void;
}

/** Makes a progress line for errors' terminal, or one that says nothing. @since 0.1.0 */
export function progressLine(io: Io): ProgressLine {
  if (!io.progress) return { onEvent() {}, stop() {} };
  const spinner = createSpinner('loading', { stream: process.stderr }).start();
  const running = new Map<string, { executions: number; preemptions: number; done: number | null }>();
  let finished = 0;
  let done = 0;
  let jobs = 0;
  return {
    onEvent(event) {
      if (event.type === 'driver') {
        jobs = event.jobs;
        done = 0;
        finished = 0;
        running.clear();
      } else if (event.type === 'progress') running.set(`${event.scenario} ${event.profile}`, event);
      else {
        done = event.done;
        finished += event.report.executions;
        running.delete(`${event.report.scenario} ${event.report.profile}`);
      }
      const schedules = finished + [...running.values()].reduce((sum, each) => sum + each.executions, 0);
      const driver = event.driver;
      const now = [...running].map(([run, each]) => `${run} ${about(each)}`).join(', ');
      spinner.update({
        text: `${driver}: ${done} of ${jobs} runs, ${schedules.toLocaleString('en')} schedules${now === '' ? '' : `; ${now}`}`,
      });
    },
    stop: () => spinner.reset(),
  };
}

/** How far a run is within the bound that it searches: an estimate, which falls when more turns out to be left. */
function about({ preemptions, done }: { preemptions: number; done: number | null }): string {
  const what = preemptions < 0 ? 'without a bound' : `at ${preemptions} preemptions`;
  return `${what}${done === null ? '' : `, about ${Math.floor(done * 100)} %`}`;
}
