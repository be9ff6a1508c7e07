import { OpKind } from '../ops/kinds.js';
import type { KThread } from './kthread.js';

/**
 * Lets spinners go on that relaxed before a step.
 *
 * @returns Whether there was one.
 */
export function releaseSpinners(threads: readonly KThread[], before: number): boolean {
  let released = false;
  for (const thread of threads) {
    if (!thread.relaxed || thread.relaxedAt >= before) continue;
    thread.relaxed = false;
    released = true;
  }
  return released;
}

/**
 * After a step: one that is no spinner's own lets the spinners look again; a `relax` makes its thread one. Spinners do
 * not let each other go on, or two of them could keep everybody else from running for ever.
 */
export function noteSpinning(threads: readonly KThread[], thread: KThread, step: number): void {
  if (!thread.spinning) releaseSpinners(threads, step);
  if (thread.kind !== OpKind.relax) return;
  thread.relaxed = true;
  thread.spinning = true;
  thread.relaxedAt = step;
}
