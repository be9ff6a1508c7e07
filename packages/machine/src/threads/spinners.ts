import { OpKind } from '../ops/kinds.js';
import type { Machine } from '../machine.js';
import type { KThread } from './kthread.js';

/**
 * When nobody can run: lets those spinners go on for whom somebody stepped, another spinner perhaps, since the turn began
 * that failed.
 *
 * @returns Whether there was one.
 */
export function releaseSpinners(machine: Machine): boolean {
  let released = false;
  for (const thread of machine.threads) {
    if (!thread.relaxed || thread.failedFrom === othersSteps(machine, thread)) continue;
    thread.relaxed = false;
    released = true;
  }
  return released;
}

/**
 * After a step: one that is no spinner's own lets the spinners look again. A `relax` pauses its thread, unless such a step
 * was taken since its turn began: what it looked at may have changed behind its back. Where a thread's first turn began
 * nobody knows, so the first never pauses. Spinners do not let each other go on, or two of them could keep everybody else
 * from running for ever.
 */
export function noteSpinning(machine: Machine, thread: KThread): void {
  if (!thread.spinning) {
    machine.progress++;
    for (const spinner of machine.threads) spinner.relaxed = false;
  }
  if (thread.kind !== OpKind.relax) return;
  thread.relaxed = thread.spinning && thread.progressSeen === machine.progress;
  thread.spinning = true;
  thread.progressSeen = machine.progress;
  thread.failedFrom = thread.turnFrom;
  thread.turnFrom = othersSteps(machine, thread);
}

function othersSteps(machine: Machine, thread: KThread): number {
  return machine.steps - thread.steps;
}
