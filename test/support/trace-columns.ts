import type { TraceEntry } from '@movable-pages/explore';

const GAP = '   ';

/** A trace with a column for each thread, time downwards. */
export function traceColumns(trace: readonly TraceEntry[]): string {
  const entries = trace.filter((entry) => entry.kind !== 'violation' || entry.text !== '');
  const threads = [...new Set(entries.map((entry) => entry.thread))];
  const textOf = (entry: TraceEntry) =>
    `${entry.text}${entry.result === undefined ? '' : `: ${entry.result}`}${entry.kind === 'violation' ? '  <--' : ''}`;
  const widths = threads.map((thread) =>
    Math.max(
      thread.length,
      ...entries.filter((entry) => entry.thread === thread).map((entry) => textOf(entry).length),
    ),
  );
  const line = (step: string, column: number, text: string) =>
    [step.padStart(2), ...widths.map((width, index) => (index === column ? text : '').padEnd(width))]
      .join(GAP)
      .trimEnd();
  const head = ['  ', ...threads.map((thread, index) => thread.padEnd(widths[index] ?? 0))]
    .join(GAP)
    .trimEnd();
  return [
    head,
    ...entries.map((entry) =>
      line(
        entry.kind === 'violation' ? '' : String(entry.step),
        threads.indexOf(entry.thread),
        textOf(entry),
      ),
    ),
  ].join('\n');
}
