import type { TraceEntry } from '../trace.js';
import { counted } from './counting.js';
import { operationWords } from './operation-words.js';
import { padEnd, padStart, textWidth } from './text-width.js';
import { wrap } from './wrap.js';

/** Minor steps in a row: more than this are folded, but for the first and last few. */
const FOLD_OVER = 7;
const KEPT = 2;
const STEP_WIDTH = 4;
const GAP = '  ';
const INDENT = '  ';
const NARROWEST = 12;

/** How a trace is laid out in columns. @since 0.1.0 */
export interface ColumnsOptions {
  /** Columns of the terminal that there are. */
  readonly width: number;
  /** The source line that is shown with an entry, or null. */
  readonly sourceOf: (entry: TraceEntry) => string | null;
  /** Whether an entry is background: long stretches of it are folded. Default: none is. */
  readonly isMinor?: (entry: TraceEntry) => boolean;
  /** Paints words. Default: nothing is painted. */
  readonly paint?: Paint;
}

/** Paints words of a report. @since 0.1.0 */
export interface Paint {
  /** Names of threads. */
  readonly bold: (text: string) => string;
  /** Background: numbers of steps, minor steps. */
  readonly dim: (text: string) => string;
  /** Both sides of what went wrong. */
  readonly red: (text: string) => string;
}

const asIs = (text: string): string => text;
const PLAIN: Paint = { bold: asIs, dim: asIs, red: asIs };
const MARKS = { failing: '  <--', other: '  <-- other side' };

interface Line {
  readonly thread: string;
  readonly step: string;
  readonly text: string;
  readonly source: string | null;
  readonly depth: number;
  readonly minor: boolean;
  readonly mark: keyof typeof MARKS | null;
}

/**
 * Lays a trace out as kernel changelogs do: a column for each thread, time downwards, callbacks as braces. Both sides of
 * what went wrong bear an arrow.
 *
 * @since 0.1.0
 */
export function renderColumns(trace: readonly TraceEntry[], options: ColumnsOptions): string[] {
  const { width, paint = PLAIN } = options;
  const threads = [...new Set(trace.filter(isShown).map((entry) => entry.thread))];
  const columnWidth = Math.floor(
    (width - STEP_WIDTH - GAP.length * threads.length) / Math.max(threads.length, 1),
  );
  const gutter = (step: string) => paint.dim(padStart(step, STEP_WIDTH));
  const out = [
    gutter('') +
      threads
        .map((thread) => GAP + padEnd(paint.bold(thread), columnWidth))
        .join('')
        .trimEnd(),
  ];
  for (const line of fold(toLines(trace, options))) {
    const before = (GAP + ' '.repeat(columnWidth)).repeat(threads.indexOf(line.thread)) + GAP;
    const indent = INDENT.repeat(line.depth);
    const colour = line.mark !== null ? paint.red : line.minor ? paint.dim : asIs;
    rowsOf(line, Math.max(columnWidth - indent.length - INDENT.length, NARROWEST)).forEach((row, at) => {
      const text = `${indent}${at === 0 ? '' : INDENT}${row}`;
      out.push(gutter(at === 0 ? line.step : '') + before + colour(text));
    });
  }
  return out;
}

/** What happened, with its mark if it has one, and where. */
function rowsOf({ text, source, mark }: Line, room: number): string[] {
  if (mark === null) return wrap(source === null ? text : `${text}  ${source}`, room);
  let rows = wrap(text, room);
  // The mark may hang over by the room that the next column keeps.
  if (textWidth(rows.at(-1)!) + MARKS[mark].length > room + INDENT.length)
    rows = wrap(text, Math.max(room - MARKS[mark].length, NARROWEST));
  return [...rows.slice(0, -1), rows.at(-1)! + MARKS[mark], ...(source === null ? [] : wrap(source, room))];
}

function isShown(entry: TraceEntry): boolean {
  return entry.kind !== 'note' && entry.thread !== '';
}

function toLines(trace: readonly TraceEntry[], options: ColumnsOptions): Line[] {
  const depths = new Map<string, number>();
  const failing = trace.findLastIndex((entry) => entry.mark === 'failing');
  const marked = failing < 0 ? trace.findLastIndex(isShown) : failing;
  return trace.flatMap((entry, index): Line[] => {
    if (!isShown(entry)) return [];
    const { thread, kind } = entry;
    const outside = depths.get(thread) ?? 0;
    const depth = kind === 'leave' ? Math.max(outside - 1, 0) : outside;
    depths.set(thread, kind === 'enter' ? depth + 1 : depth);
    const mark = index === marked ? 'failing' : entry.mark === 'other' ? 'other' : null;
    const minor = mark === null && kind === 'op' && options.isMinor?.(entry) === true;
    const step = kind === 'op' ? String(entry.step) : '';
    const brace = kind === 'enter' || kind === 'leave';
    const source = brace ? null : (options.sourceOf(entry)?.replace(/^.*\//, '') ?? null);
    return [{ thread, step, text: textOf(entry), source, depth, minor, mark }];
  });
}

function textOf(entry: TraceEntry): string {
  switch (entry.kind) {
    case 'enter':
      return `${entry.text} {`;
    case 'leave':
      return '}';
    case 'op':
      return operationWords(entry);
    default:
      return entry.text;
  }
}

/** Folds long stretches of minor steps of one thread. */
function fold(lines: readonly Line[]): Line[] {
  const out: Line[] = [];
  for (let start = 0; start < lines.length;) {
    let end = start;
    while (end < lines.length && lines[end]!.minor && lines[end]!.thread === lines[start]!.thread) end++;
    const run = lines.slice(start, Math.max(end, start + 1));
    const folded = run.length - 2 * KEPT;
    if (run.length > FOLD_OVER && end < lines.length) {
      const middle = run[KEPT]!;
      out.push(
        ...run.slice(0, KEPT),
        { ...middle, step: '', source: null, text: `... ${counted(folded, 'step')}` },
        ...run.slice(-KEPT),
      );
    } else out.push(...run);
    start += run.length;
  }
  return out;
}
