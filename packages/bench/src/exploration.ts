import { explore, type Program } from '@movable-pages/explore';
import { Machine, shared, spinLock, word, type Op } from '@movable-pages/machine';
import { grouped, say } from './measure.js';

const ROUNDS = 2;
const BOUND = 2;

/** Three threads that lock, change and unlock, with an atomic word between: about forty operations. */
function program(): Program {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    const lock = spinLock('lock');
    const flag = word('flag');
    const state = shared({ n: 0 });
    function* body(): Op<void> {
      for (let round = 0; round < ROUNDS; round++) {
        yield* lock.acquire();
        state.n++;
        yield* lock.release();
        yield* flag.fetchAdd(1);
        yield* flag.load();
      }
    }
    for (const name of ['a', 'b', 'c']) machine.thread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: [] };
}

/** The reduced search beside the naive one, on the same model in one run. */
export function exploration(): void {
  say(`schedules of three threads with at most ${BOUND} preemptions`);
  for (const naive of [true, false]) {
    const start = performance.now();
    const result = explore(program(), { preemptions: BOUND, naive, maxExecutions: 1_000_000 });
    const seconds = (performance.now() - start) / 1000;
    say(
      `  ${naive ? 'naive  ' : 'reduced'}  ${grouped(result.executions).padStart(9)} executions, ${grouped(result.executions / seconds)} executions/s, ` +
        `${grouped(result.steps / seconds)} steps/s`,
    );
  }
}
