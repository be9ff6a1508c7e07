import { relax, word, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program } from './program.fixture.ts';

/** Dekker's algorithm; it goes wrong if they look before they say what they want. */
export function dekker(variant: 'by turns' | 'look first', rounds = 1): Program {
  return program(() => {
    const wants = [word('wants 0'), word('wants 1')] as const;
    const turn = word('turn');
    const inside = word('inside');

    function* enter(me: 0 | 1, other: 0 | 1): Op<void> {
      if (variant !== 'look first') yield* wants[me].store(1);
      while ((yield* wants[other].load()) === 1) {
        if ((yield* turn.load()) === other) {
          yield* wants[me].store(0);
          while ((yield* turn.load()) === other) yield* relax();
          yield* wants[me].store(1);
        } else yield* relax();
      }
      if (variant === 'look first') yield* wants[me].store(1);
      if ((yield* inside.fetchAdd(1)) !== 0) throw new Error('both are inside');
      yield* inside.fetchAdd(-1);
      yield* turn.store(other);
      yield* wants[me].store(0);
    }

    function* thread(me: 0 | 1, other: 0 | 1): Op<void> {
      for (let round = 0; round < rounds; round++) yield* enter(me, other);
    }
    return { A: () => thread(0, 1), B: () => thread(1, 0) };
  });
}
