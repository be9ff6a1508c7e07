import type { Cost } from '../compare.js';
import type { Counterexample } from '../look-again.js';
import type { Schedule } from '../schedule.js';
import type { TraceEntry } from '../trace.js';
import type { ViolationKind } from '../violation.js';
import { operationWords } from './operation-words.js';
import { sourceLine } from './source-line.js';

/** The shape of a trace as JSON; it changes its number when it changes its meaning. @since 0.1.0 */
export const TRACE_SCHEMA = 'movable-pages/trace@1';

/** One line of a trace, with its source line for its stack. @since 0.1.0 */
export interface JsonTraceEntry extends Omit<TraceEntry, 'site'> {
  /** Of a step: what it did, as a reader of kernel source says it. */
  readonly words?: string;
  /** `src/driver.ts:31`, or null if it is not known. */
  readonly source: string | null;
}

/** A counterexample as JSON. Nothing in it depends on the time or the machine. @since 0.1.0 */
export interface JsonTrace {
  readonly schema: typeof TRACE_SCHEMA;
  readonly violation: {
    readonly kind: ViolationKind;
    readonly code: string;
    readonly message: string;
    readonly subject: string;
    readonly thread: string | null;
    readonly scope: string | null;
    readonly expected: string | null;
    readonly received: string | null;
    readonly source: string | null;
    /** The other side, if there is one. */
    readonly other: {
      readonly thread: string | null;
      readonly what: string;
      readonly source: string | null;
    } | null;
    readonly valueChanged: { readonly from: string; readonly to: string } | null;
    readonly hint: string | null;
  };
  readonly cost: Cost;
  readonly schedule: Schedule;
  /** Threads that take part, in the order in which they come in. */
  readonly threads: readonly string[];
  readonly trace: readonly JsonTraceEntry[];
}

/**
 * A counterexample for machines: plain data, for `JSON.stringify`.
 *
 * @param root Folder that source lines are relative to.
 * @since 0.1.0
 */
export function traceToJson(found: Cost & { readonly counterexample: Counterexample }, root = ''): JsonTrace {
  const { preemptions, faults, steps } = found;
  const { violation, schedule, trace } = found.counterexample;
  const { details, other } = violation;
  const what = details.thereWhat ?? other?.what;
  return {
    schema: TRACE_SCHEMA,
    violation: {
      kind: violation.kind,
      code: violation.code,
      message: violation.message,
      subject: violation.subject,
      thread: violation.thread,
      scope: violation.scope,
      expected: details.expected ?? null,
      received: details.received ?? null,
      source: sourceLine(details.here, root),
      other:
        what === undefined
          ? null
          : { thread: other?.thread ?? null, what, source: sourceLine(details.there ?? other?.site, root) },
      valueChanged: violation.valueChanged ?? null,
      hint: violation.hint ?? null,
    },
    cost: { preemptions, faults, steps },
    schedule,
    threads: [...new Set(trace.map((entry) => entry.thread).filter((thread) => thread !== ''))],
    trace: trace.map(({ site, ...entry }) => ({
      ...entry,
      ...(entry.kind === 'op' ? { words: operationWords(entry) } : {}),
      source: sourceLine(site, root),
    })),
  };
}
