import type { Cost } from '../compare.js';
import type { Counterexample } from '../look-again.js';
import { renderColumns } from './columns.js';
import { scheduleWords } from './schedule-words.js';
import { sourceLine } from './source-line.js';
import { wrap, wrapLabelled } from './wrap.js';

const LABEL = 10;
const USUAL = 80;

/** How a counterexample is written down. @since 0.1.0 */
export interface TextOptions {
  /** Columns that there are. Default 80. */
  readonly width?: number;
  /** Folder that source lines are relative to. Default: they stay as they are. */
  readonly root?: string;
}

/**
 * A counterexample as text: what went wrong, who did what in which order with the source lines, a column for each thread,
 * both sides marked, and what it takes.
 *
 * @since 0.1.0
 */
export function renderCounterexample(
  found: Cost & { readonly counterexample: Counterexample },
  options: TextOptions = {},
): string {
  const { violation, trace, schedule } = found.counterexample;
  const { valueChanged } = violation;
  const { width = USUAL, root = '' } = options;
  const labelled = (label: string, text: string | undefined) =>
    text === undefined ? [] : wrapLabelled(label, text, width, LABEL);
  return [
    ...wrap(`${violation.code}: ${violation.message}`, width),
    '',
    ...renderColumns(trace, { width, sourceOf: ({ site }) => sourceLine(site, root) }),
    '',
    ...labelled('expected', violation.details.expected),
    ...labelled('received', violation.details.received),
    ...labelled(
      'changed',
      valueChanged === undefined ? undefined : `${valueChanged.from} -> ${valueChanged.to}`,
    ),
    ...labelled('schedule', scheduleWords(schedule, found)),
    ...labelled('hint', violation.hint),
  ].join('\n');
}
