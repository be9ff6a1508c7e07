import { spinLock, word, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program } from './program.fixture.ts';

/** One thread moves two words to a new place while another writes both. */
export function tornCopy(guard: 'a lock' | 'nothing'): Program {
  return program(() => {
    const lock = spinLock('lock');
    const from = [word('old left'), word('old right')] as const;
    const to = [word('new left'), word('new right')] as const;

    function* guarded(body: () => Op<void>): Op<void> {
      if (guard === 'a lock') yield* lock.acquire();
      yield* body();
      if (guard === 'a lock') yield* lock.release();
    }

    return {
      mover: () =>
        guarded(function* () {
          yield* to[0].store(yield* from[0].load());
          yield* to[1].store(yield* from[1].load());
        }),
      writer: () =>
        guarded(function* () {
          yield* from[0].store(1);
          yield* from[1].store(1);
        }),
      *check(): Op<void> {
        const left = yield* to[0].load();
        const right = yield* to[1].load();
        if (left !== right) throw new Error(`the copy is torn: ${left} and ${right}`);
      },
    };
  });
}
