import { getHeapStatistics } from 'node:v8';

/** With this code a worker ends whose memory is nearly used up. */
const FULL = 77;
/** The part of its memory that a worker may fill. An engine that runs into the wall may take the whole process with it. */
const ENOUGH = 0.6;

/** Ends this worker if a driver has filled its memory: what it keeps from one schedule to the next only grows. */
export function endIfFull(): void {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  if (used > limit * ENOUGH) process.exit(FULL);
}

/** Whether a worker ended because its memory was used up, in either way. */
export function wasFull(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 'ERR_WORKER_OUT_OF_MEMORY' || message === `worker exited with code: ${FULL}`;
}
