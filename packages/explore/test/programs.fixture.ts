import { Machine, mutex, shared, spinLock, word, type Op } from '@movable-pages/machine';
import type { Program } from '../src/index.ts';

/** A program of threads built on a fresh machine. */
export function program(build: (machine: Machine) => Record<string, () => Op<unknown>>): Program {
  const machine = new Machine({ words: 512 });
  machine.construct(() => {
    for (const [name, body] of Object.entries(build(machine))) machine.thread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: [] };
}

/** Three threads that look at and add to two words, and fail now and then: some hundred kinds of schedule, several endings. */
export function busy(): Program {
  return program((machine) => {
    const words = [word('x'), word('y')];
    const lock = mutex('lock');
    function* body(first: number): Op<void> {
      const seen = yield* words[first]!.load();
      yield* words[1 - first]!.store(seen + 1);
      yield* lock.acquire();
      if ((yield* machine.choose('fails', 2)) === 0) yield* words[first]!.fetchAdd(2);
      yield* lock.release();
    }
    return { a: () => body(0), b: () => body(1), c: () => body(0) };
  });
}

/** As {@link busy}, with a value that two threads change without a lock. */
export function racy(): Program {
  return program(() => {
    const state = shared({ n: 0 });
    const pace = word('pace');
    const lock = spinLock('lock');
    function* body(locked: boolean): Op<void> {
      yield* pace.fetchAdd(1);
      if (locked) yield* lock.acquire();
      state.n++;
      if (locked) yield* lock.release();
      yield* pace.fetchAdd(1);
    }
    return { a: () => body(true), b: () => body(true), c: () => body(false) };
  });
}
