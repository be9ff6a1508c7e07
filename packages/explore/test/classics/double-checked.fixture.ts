import { mutex, shared, word, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program } from './program.fixture.ts';

/** Initialisation on first use that takes the lock only if the flag says that it must. */
export function doubleChecked(variant: 'value, then flag' | 'flag, then value' | 'plain flag'): Program {
  return program((machine) => {
    const lock = mutex('init');
    const flag = word('ready');
    const plain = shared({ ready: false, value: 0 });
    machine.adopt({ plain }, 'config');

    function* isReady(): Op<boolean> {
      return variant === 'plain flag' ? plain.ready : (yield* flag.load()) === 1;
    }

    function* setReady(): Op<void> {
      if (variant === 'plain flag') plain.ready = true;
      else yield* flag.store(1);
    }

    function* initialise(): Op<void> {
      if (variant === 'flag, then value') yield* setReady();
      plain.value = 42;
      if (variant !== 'flag, then value') yield* setReady();
    }

    function* use(): Op<void> {
      if (!(yield* isReady())) {
        yield* lock.acquire();
        if (!(yield* isReady())) yield* initialise();
        yield* lock.release();
      }
      if (plain.value !== 42) throw new Error(`used ${plain.value}`);
    }
    return { A: use, B: use };
  });
}
