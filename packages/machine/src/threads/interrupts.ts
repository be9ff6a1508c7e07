import { OpKind } from '../ops/kinds.js';
import type { KThread } from './kthread.js';

/** A handler that has not come yet. */
export function isPendingInterrupt(thread: KThread): boolean {
  return thread.interrupt && !thread.finished && thread.kind === OpKind.start && thread.steps === 0;
}

/** Whether a handler runs on top of a thread, which cannot go on until it has ended. */
export function isInterrupted(thread: KThread): boolean {
  return thread.interruptedBy !== null && !thread.interruptedBy.finished;
}

/** Whom an interrupt would come on top of: the thread that stepped last, or, if that was a handler, whom that left. */
export function interruptible(latest: KThread | null): KThread | null {
  let at = latest;
  while (at !== null && at.interrupt && at.finished) at = at.interrupts;
  return at;
}

/** Whether an interrupt may come on top of a thread; null stands for a processor that has nothing to do. */
export function canInterrupt(thread: KThread | null): boolean {
  return thread === null || thread.finished || (!thread.interrupt && thread.irqsOff === 0);
}

/** The handler begins. */
export function comeOnTopOf(handler: KThread, thread: KThread | null): void {
  if (thread === null || thread.finished) return;
  handler.interrupts = thread;
  thread.interruptedBy = handler;
}
