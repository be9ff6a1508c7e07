import { Machine, type Op, type ThreadOptions } from '@movable-pages/machine';
import type { Program } from '../src/index.ts';

type Body = () => Op<unknown>;
/** A thread's body, or that and how it is declared. */
type Threads = Record<string, Body | [ThreadOptions, Body]>;

/** A program of threads built on a fresh machine. */
export function program(build: (machine: Machine) => Threads, options: Partial<Program> = {}): Program {
  const machine = new Machine({ words: 512 });
  machine.construct(() => {
    for (const [name, given] of Object.entries(build(machine))) {
      const [threadOptions, body] = typeof given === 'function' ? [{}, given] : given;
      machine.thread(name, threadOptions, body);
    }
  });
  machine.seal();
  return { machine, monitors: [], ...options };
}
