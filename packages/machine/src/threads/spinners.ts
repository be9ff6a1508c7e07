import { OpKind } from '../ops/kinds.js';
import type { KThread } from './kthread.js';

/**
 * Lets spinners go on that have not looked since another thread stepped. What counts is the look, not the `relax` after it:
 * what a spinner waits for may come between the two.
 *
 * @returns Whether there was one.
 */
export function releaseSpinners(threads: readonly KThread[], step: number): boolean {
  let released = false;
  for (const thread of threads) {
    if (!thread.relaxed || thread.othersAtLook >= step - thread.steps) continue;
    thread.relaxed = false;
    // It looks again from here on, with an operation or without.
    thread.othersAtLook = step - thread.steps;
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
  if (thread.kind !== OpKind.relax) {
    thread.othersAtLook = step - thread.steps;
    return;
  }
  thread.relaxed = true;
  thread.spinning = true;
}
