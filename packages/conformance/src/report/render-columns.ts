import type { TraceEntry } from '@movable-pages/explore';
import { driverLine } from '../source-place.js';
import { counted } from './counting.js';
import { opWords } from './op-words.js';
import type { Style } from './style.js';
import { padEnd, padStart } from './text-width.js';
import { wrap } from './wrap.js';

/** Steps of the VM in a row: more than this are folded, but for the first and last few. */
const FOLD_OVER = 7;
const KEPT = 2;
const STEP_WIDTH = 4;
const GAP = '  ';
const INDENT = '  ';

interface Line {
  readonly thread: string;
  readonly step: string;
  readonly text: string;
  readonly depth: number;
  readonly plain: boolean;
}

/**
 * Lays a trace out as kernel changelogs do: a column for each thread, time downwards. Whole stretches that the VM runs
 * by itself are folded; steps of the driver are kept, with the line they come from.
 */
export function renderColumns(
  trace: readonly TraceEntry[],
  root: string,
  width: number,
  style: Style,
): string[] {
  const threads = [...new Set(trace.filter((entry) => entry.kind !== 'note').map((entry) => entry.thread))];
  const lines = fold(toLines(trace, root));
  const columnWidth = Math.floor(
    (width - STEP_WIDTH - GAP.length * threads.length) / Math.max(threads.length, 1),
  );
  const gutter = (step: string) => style.dim(padStart(step, STEP_WIDTH));
  const out = [
    gutter('') +
      threads
        .map((thread) => GAP + padEnd(style.bold(thread), columnWidth))
        .join('')
        .trimEnd(),
  ];
  lines.forEach((line, index) => {
    const column = threads.indexOf(line.thread);
    if (column < 0) return;
    const before = (GAP + ' '.repeat(columnWidth)).repeat(column) + GAP;
    const indent = INDENT.repeat(line.depth);
    const last = index === lines.length - 1;
    wrap(line.text, Math.max(columnWidth - indent.length - 2, 12)).forEach((part, row) => {
      const text = `${indent}${row === 0 ? '' : '  '}${part}`;
      const mark = last && row === 0 ? '  <--' : '';
      out.push(
        gutter(row === 0 ? line.step : '') +
          before +
          (last ? style.red(text + mark) : line.plain ? style.dim(text) : text),
      );
    });
  });
  return out;
}

function toLines(trace: readonly TraceEntry[], root: string): Line[] {
  const depths = new Map<string, number>();
  const lines: Line[] = [];
  for (const entry of trace) {
    if (entry.kind === 'note') continue;
    let depth = depths.get(entry.thread) ?? 0;
    const step = entry.kind === 'op' ? String(entry.step) : '';
    if (entry.kind === 'leave') {
      depth = Math.max(depth - 1, 0);
      depths.set(entry.thread, depth);
      lines.push({ thread: entry.thread, step, text: '}', depth, plain: false });
      continue;
    }
    if (entry.kind === 'enter') {
      depths.set(entry.thread, depth + 1);
      lines.push({ thread: entry.thread, step, text: `${entry.text} {`, depth, plain: false });
      continue;
    }
    const failing = entry.kind === 'violation';
    const source = entry.party === 'vm' && !failing ? null : driverLine(entry.site, root);
    const words = failing ? entry.text : opWords(entry);
    const text = source === null ? words : `${words}  ${shortSource(source)}`;
    lines.push({ thread: entry.thread, step, text, depth, plain: entry.party === 'vm' && !failing });
  }
  return lines;
}

/** `src/driver.ts:31` without the folders: the finding names them. */
function shortSource(source: string): string {
  return source.slice(source.lastIndexOf('/') + 1);
}

/** Folds long stretches of plain steps of one thread. */
function fold(lines: readonly Line[]): Line[] {
  const out: Line[] = [];
  for (let start = 0; start < lines.length;) {
    let end = start;
    while (end < lines.length && lines[end]!.plain && lines[end]!.thread === lines[start]!.thread) end++;
    const run = lines.slice(start, Math.max(end, start + 1));
    const folded = run.length - 2 * KEPT;
    if (run.length > FOLD_OVER && end < lines.length) {
      const middle = run[KEPT]!;
      out.push(
        ...run.slice(0, KEPT),
        { ...middle, step: '', text: `... ${counted(folded, 'step')}` },
        ...run.slice(-KEPT),
      );
    } else out.push(...run);
    start += run.length;
  }
  return out;
}
