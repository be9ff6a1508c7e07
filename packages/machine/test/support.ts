import { expect } from 'vitest';
import {
  Machine,
  MachineError,
  runDirect,
  withAmbient,
  type KThread,
  type MachineOptions,
  type Op,
} from '../src/index.ts';

/** A machine with the parts that `build` makes on it, ready to run. */
export function setUp<P>(
  build: (machine: Machine) => P,
  options: MachineOptions = { words: 512 },
): { machine: Machine; parts: P } {
  const machine = new Machine(options);
  const parts = machine.construct(() => build(machine));
  machine.seal();
  return { machine, parts };
}

/** Lets one thread take steps, as an exploring executor would, and throws what it throws. */
export function step(machine: Machine, thread: KThread, times = 1): void {
  withAmbient(machine, () => {
    for (let i = 0; i < times; i++) {
      expect(machine.isEnabled(thread), `${thread.name} can step`).toBe(true);
      machine.step(thread);
      if (thread.error !== undefined) throw thread.error;
    }
  });
}

/** Runs `main` with every operation as a step of its own: each thread in turn as long as it can. */
function runStepped<T>(machine: Machine, main: () => Op<T>): T {
  machine.begin();
  const thread = machine.startThread('main', 'user', main);
  const next = () =>
    machine.threads.find((other) => machine.isEnabled(other) && !machine.wouldTimeOut(other)) ??
    machine.threads.find((other) => machine.isEnabled(other));
  for (let runs = next(); runs !== undefined; runs = next()) {
    while (machine.isEnabled(runs) && !machine.wouldTimeOut(runs)) step(machine, runs);
    if (machine.isEnabled(runs) && next() === runs) step(machine, runs);
  }
  if (!thread.finished) throw new Error(`main waits in ${machine.describeOp(thread)}`);
  return thread.result as T;
}

/** Both ways to run a thread: what holds under one must hold under the other. */
export const executors = [
  { name: 'direct', run: <T>(machine: Machine, main: () => Op<T>): T => runDirect(machine, main).value },
  { name: 'stepped', run: runStepped },
] as const;

/** The misuse that `body` ends with. */
export function misuse(body: () => unknown): MachineError {
  let thrown: unknown;
  try {
    body();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(MachineError);
  return thrown as MachineError;
}

/** A reproducible source of numbers in [0, bound). */
export function numbers(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % bound;
  };
}
