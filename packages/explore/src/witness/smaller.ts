import type { Schedule, Segment } from '../schedule.js';
import { joinInto, type History, type Prefixes } from './history.js';
import { orders } from './orders.js';

/**
 * Schedules that may show the same with less, the boldest first: without a fault; only what happens before the last
 * step, in orders that bring stretches of one thread together; without a stretch or a thread; with less of one.
 */
export function* smaller(schedule: Schedule, history: History): Generator<Schedule> {
  const { segments, choices } = schedule;
  for (let i = 0; i < choices.length; i++) yield { segments, choices: choices.toSpliced(i, 1) };
  for (const keep of slices(history))
    for (const order of orders(history, keep)) yield { segments: order, choices };
  for (const thread of new Set(segments.map((segment) => segment.thread)))
    yield { segments: merged(segments.filter((segment) => segment.thread !== thread)), choices };
  for (let i = 0; i < segments.length; i++) yield { segments: merged(segments.toSpliced(i, 1)), choices };
  for (const moved of together(segments)) yield { segments: moved, choices };
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    for (const steps of [segment.steps >> 1, segment.steps - 1])
      if (steps > 0) yield { segments: segments.with(i, { ...segment, steps }), choices };
  }
}

/** Parts of an execution that are closed under "happens before", the smallest first. */
function* slices(history: History): Generator<Prefixes> {
  const last = history.steps.at(-1);
  if (last === undefined) return;
  yield last.past;
  const others = [...history.names.keys()].filter((thread) => thread !== last.thread);
  for (const other of others) {
    const both = last.past.slice();
    joinInto(both, history.pastOf(other));
    yield both;
  }
  const { lengths } = history;
  yield lengths;
  for (const thread of others) {
    const length = lengths[thread]!;
    for (const kept of new Set([0, length >> 1, length - 1]))
      if (kept >= 0 && kept < length) yield without(history, thread, kept);
  }
}

/** Everything but the steps of a thread from `kept` on and what needs them. */
function without(history: History, thread: number, kept: number): Prefixes {
  const keep = history.lengths;
  keep[thread] = kept;
  history.names.forEach((_, other) => {
    let count = 0;
    while (count < keep[other]! && history.stepOf(other, count).past[thread]! <= kept) count++;
    keep[other] = count;
  });
  return keep;
}

/** A stretch moved next to the one of the same thread before it or after it. */
function* together(segments: readonly Segment[]): Generator<readonly Segment[]> {
  for (let i = 0; i < segments.length; i++) {
    const { thread } = segments[i]!;
    const next = segments.findIndex((segment, at) => at > i && segment.thread === thread);
    if (next < 0) continue;
    yield merged(segments.toSpliced(next, 1).toSpliced(i + 1, 0, segments[next]!));
    yield merged(segments.toSpliced(next, 0, segments[i]!).toSpliced(i, 1));
  }
}

function merged(segments: readonly Segment[]): Segment[] {
  const out: Segment[] = [];
  for (const segment of segments) {
    const last = out.at(-1);
    if (last?.thread === segment.thread)
      out[out.length - 1] = { thread: last.thread, steps: last.steps + segment.steps };
    else out.push(segment);
  }
  return out;
}
