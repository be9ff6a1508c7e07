import type { Segment } from '../schedule.js';
import type { History, Prefixes } from './history.js';

/**
 * Orders of some steps of an execution that keep what happens before what, each with the stretches of one thread brought
 * together: steps that do not matter to each other are commuted.
 */
export function* orders(history: History, keep: Prefixes): Generator<readonly Segment[]> {
  const threads = [...history.names.keys()].filter((thread) => keep[thread]! > 0);
  const last = history.steps.at(-1)!.thread;
  yield onDemand(history, keep, [last, ...threads]);
  for (let turn = 0; turn < threads.length; turn++) {
    const turned = [...threads.slice(turn), ...threads.slice(0, turn)];
    yield inTurn(history, keep, turned);
    yield onDemand(history, keep, turned);
  }
}

/** Each thread as far as it can, the earlier ones of the list first. */
function inTurn(history: History, keep: Prefixes, threads: readonly number[]): readonly Segment[] {
  const order = new Order(history, keep);
  let at: number | undefined = threads[0];
  while (at !== undefined) {
    while (order.isReady(at)) order.take(at);
    at = threads.find((thread) => order.isReady(thread));
  }
  return order.segments();
}

/** Each thread to its end, the others only so far as it needs them. */
function onDemand(history: History, keep: Prefixes, threads: readonly number[]): readonly Segment[] {
  const order = new Order(history, keep);
  for (const thread of threads) order.advance(thread, keep[thread]!);
  return order.segments();
}

class Order {
  private readonly done: Prefixes;
  private readonly stretches: { thread: number; steps: number }[] = [];

  constructor(
    private readonly history: History,
    private readonly keep: Prefixes,
  ) {
    this.done = new Int32Array(keep.length);
  }

  isReady(thread: number): boolean {
    if (this.done[thread]! >= this.keep[thread]!) return false;
    const { past } = this.history.stepOf(thread, this.done[thread]!);
    return past.every((count, other) => other === thread || count <= this.done[other]!);
  }

  take(thread: number): void {
    this.done[thread]!++;
    const last = this.stretches.at(-1);
    if (last?.thread === thread) last.steps++;
    else this.stretches.push({ thread, steps: 1 });
  }

  /** Takes steps of a thread, and before each those that it needs. */
  advance(thread: number, upTo: number): void {
    while (this.done[thread]! < upTo) {
      const { past } = this.history.stepOf(thread, this.done[thread]!);
      past.forEach((count, other) => {
        if (other !== thread) this.advance(other, count);
      });
      this.take(thread);
    }
  }

  segments(): readonly Segment[] {
    return this.stretches.map(({ thread, steps }) => ({ thread: this.history.names[thread]!, steps }));
  }
}
