import { Machine, spinLock, word, type Op } from '@movable-pages/machine';
import { explore } from '../src/index.ts';
import { Endings, generator } from './random-programs.fixture.ts';

type Action = (seen: number[]) => Op<void>;

/**
 * A random program of one or two threads and one or two interrupt handlers, on two words and two spinlocks that are taken
 * with interrupts on and off, right or wrong.
 */
function interruptedProgram(seed: number) {
  const below = generator(seed);
  const machine = new Machine({ words: 64 });
  const endings = new Endings(machine);
  machine.construct(() => {
    const words = [word('x'), word('y')];
    const locks = [spinLock('a'), spinLock('b')];
    const actions: ((pick: number) => Action)[] = [
      (pick) =>
        function* (seen) {
          seen.push(yield* words[pick % 2]!.load());
        },
      (pick) =>
        function* () {
          yield* words[pick % 2]!.store(pick + 1);
        },
      (pick) =>
        function* (seen) {
          seen.push(yield* words[pick % 2]!.fetchAdd(1));
        },
      (pick) =>
        function* (seen) {
          const lock = locks[pick % 2]!;
          yield* lock.acquireIrqSave();
          seen.push(yield* words[0]!.load());
          yield* lock.releaseIrqRestore();
        },
      (pick) =>
        function* (seen) {
          const lock = locks[pick % 2]!;
          yield* lock.acquire();
          seen.push(yield* words[1]!.fetchAdd(1));
          yield* lock.release();
        },
      (pick) =>
        function* (seen) {
          const lock = locks[pick % 2]!;
          const had = yield* lock.tryAcquireIrqSave();
          seen.push(Number(had));
          if (had) yield* lock.releaseIrqRestore();
        },
    ];
    const add = (name: string, interrupt: boolean, length: number) => {
      const seen: number[] = [];
      endings.seen.push(seen);
      const script = Array.from({ length }, () => actions[below(actions.length)]!(below(6)));
      machine.thread(name, { interrupt }, function* (): Op<void> {
        for (const action of script) yield* action(seen);
      });
    };
    const tasks = 1 + below(2);
    const handlers = tasks === 1 ? 1 + below(2) : 1;
    for (let i = 0; i < tasks; i++) add(`task${i}`, false, 1 + below(2));
    for (let i = 0; i < handlers; i++) add(`irq${i}`, true, 1 + below(2));
  });
  machine.seal();
  // A deadlock is left to be seen at the end: how far the others came by then is part of an ending.
  return { program: { machine, monitors: [endings], partialDeadlocks: false, lockOrder: false }, endings };
}

/** Every ending of a random program with interrupts, searched in full, and how many executions it took. */
export function endingsOf(seed: number, naive: boolean, maxExecutions: number) {
  const { program, endings } = interruptedProgram(seed);
  const result = explore(program, {
    search: 'exhaustive',
    naive,
    maxExecutions,
    afterFirst: Infinity,
    shorten: false,
    sampled: 0,
  });
  return {
    whole: [...endings.whole].sort(),
    executions: result.executions,
    complete: result.phases[0]!.complete,
  };
}
