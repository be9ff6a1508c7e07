import type { MutateEvent } from '@movable-pages/mutate';
import { createSpinner } from 'nanospinner';
import type { Io } from './io.js';

/** Shows how far mutants are, on a terminal; elsewhere nothing. */
export function mutateProgress(io: Io): { onEvent(event: MutateEvent): void; stop(): void } {
  if (!io.progress) return { onEvent() {}, stop() {} };
  const spinner = createSpinner('loading', { stream: process.stderr }).start();
  const counts = { killed: 0, survived: 0 };
  return {
    onEvent(event) {
      if (event.type === 'original') {
        spinner.update({ text: `the driver as it is: ${event.done} of ${event.of} runs` });
        return;
      }
      counts[event.report.outcome === 'killed' ? 'killed' : 'survived']++;
      const { killed, survived } = counts;
      spinner.update({
        text: `${event.done} of ${event.of} mutants: ${killed} killed, ${survived} survived; last ${event.report.id}`,
      });
    },
    stop: () => spinner.reset(),
  };
}
