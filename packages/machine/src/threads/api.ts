import { ambientMachine } from '../ambient.js';
import type { Op } from '../ops/op.js';
import type { KThread, ThreadBody, ThreadOptions } from './kthread.js';

/**
 * Declares a thread of a driver or a device, which runs from the start of every execution.
 * A daemon may be asleep at the end.
 *
 * @kernel include/linux/kthread.h kthread_run
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_TOO_MANY_THREADS`.
 * @since 0.1.0
 */
export function kthread(name: string, options: ThreadOptions, body: ThreadBody): KThread {
  const machine = ambientMachine();
  machine.refuseIfSealed(`thread ${name}`);
  return machine.thread(machine.uniqueName(name), options, body);
}

/** Starts a thread while the machine runs. Never sleeps. @since 0.1.0 */
export function spawn(name: string, body: ThreadBody): Op<KThread> {
  return ambientMachine().spawn(name, body);
}

/** Waits until a thread has ended. May sleep. @since 0.1.0 */
export function join(thread: KThread): Op<void> {
  return ambientMachine().join(thread);
}

/** A failed turn of a spinning loop. @kernel asm/processor.h cpu_relax @since 0.1.0 */
export function relax(): Op<void> {
  return ambientMachine().relax();
}

/** Lets others run first. @kernel include/linux/sched.h cond_resched @since 0.1.0 */
export function yieldNow(): Op<void> {
  return ambientMachine().yieldNow();
}

/**
 * A named choice among `alternatives`: 0 is what ordinarily happens, the rest are faults or variants that the explorer
 * tries (`choose('gpu.copy-fails', 2)`).
 *
 * @since 0.1.0
 */
export function choose(name: string, alternatives: number): Op<number> {
  return ambientMachine().choose(name, alternatives);
}

/** A reproducible number in [0, bound). @since 0.1.0 */
export function random(bound: number): number {
  return ambientMachine().random(bound);
}

/** The simulated time in ticks; it moves only when waits time out. @since 0.1.0 */
export function now(): Op<number> {
  return ambientMachine().now();
}
