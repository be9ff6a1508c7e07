import { withAmbient } from './ambient.js';
import { MachineError } from './errors.js';
import type { Machine } from './machine.js';
import type { Op } from './ops/op.js';
import type { KThread } from './threads/kthread.js';

/** How {@link runDirect} ended. @since 0.1.0 */
export interface DirectResult<T> {
  /** What the main thread returned. */
  readonly value: T;
  /** Times a thread was given the processor. */
  readonly turns: number;
}

/**
 * The direct executor: runs `main` on the machine, with all of its declared threads, each until it blocks, in turn.
 * No preemption, no race detection; poison and the ledger only if the machine is tracked. For bulk work and for tests
 * that need one ordinary run. Every `choose` answers 0. Daemons may be asleep at the end.
 *
 * @param options `fresh: false` goes on from the present state instead of the sealed one, which an untracked machine
 *   always does.
 * @throws MachineError `MP_DEADLOCK` naming who waits for what; whatever a thread threw.
 * @since 0.1.0
 */
export function runDirect<T>(
  machine: Machine,
  main: () => Op<T>,
  options: { fresh?: boolean } = {},
): DirectResult<T> {
  return withAmbient(machine, () => {
    if (options.fresh ?? true) machine.begin();
    const thread = machine.startThread('main', 'user', main);
    machine.direct = true;
    machine.directSteps = 0;
    try {
      const turns = runUntilIdle(machine);
      return { value: thread.result as T, turns };
    } finally {
      machine.direct = false;
      machine.forgetThread(thread);
    }
  });
}

/** Times that spinners may look again although nobody else can run. */
const VAIN_TURNS = 1000;

function runUntilIdle(machine: Machine): number {
  let turns = 0;
  let vain = 0;
  for (;;) {
    let progressed = false;
    let timer: KThread | null = null;
    for (let i = 0; i < machine.threadCount; i++) {
      const thread = machine.threads[i]!;
      if (!machine.isEnabled(thread)) continue;
      if (machine.wouldTimeOut(thread)) {
        if (timer === null || thread.timeout < timer.timeout) timer = thread;
        continue;
      }
      machine.step(thread);
      turns++;
      progressed = true;
      if (thread.error !== undefined) throw thread.error;
    }
    if (progressed || machine.unrelax()) continue;
    if (timer !== null) {
      machine.step(timer);
      turns++;
      if (timer.error !== undefined) throw timer.error;
      continue;
    }
    if (vain++ < VAIN_TURNS && machine.spinners.releaseAll(machine.threads)) continue;
    const stuck = blockedThreads(machine);
    if (stuck.length === 0) return turns;
    throw new MachineError(
      'MP_DEADLOCK',
      `nothing can run: ${stuck.map((thread) => `${thread.name} waits in ${machine.describeOp(thread)}`).join('; ')}`,
    );
  }
}

/** The threads that have not ended and may not be asleep at the end. @since 0.1.0 */
export function blockedThreads(machine: Machine): KThread[] {
  const stuck: KThread[] = [];
  for (let i = 0; i < machine.threadCount; i++) {
    const thread = machine.threads[i]!;
    if (!thread.finished && !thread.daemon) stuck.push(thread);
  }
  return stuck;
}
