import { Machine, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';

/** Threads by name; `check`, if there is one, begins when all others have ended. */
export type Threads = Record<string, () => Op<unknown>>;

/** A program of threads on a fresh machine. */
export function program(build: (machine: Machine) => Threads): Program {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    const { check, ...bodies } = build(machine);
    const threads = Object.entries(bodies).map(([name, body]) => machine.thread(name, {}, body));
    if (check !== undefined) machine.thread('check', { after: threads }, check);
  });
  return { machine, monitors: [] };
}
