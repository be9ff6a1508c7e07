import { waitQueue, word, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program } from './program.fixture.ts';

/** A thread sleeps until another has something for it. */
export function lostWakeUp(order: 'join, then look' | 'look, then join'): Program {
  return program(() => {
    const ready = word('ready');
    const queue = waitQueue('queue');
    return {
      *waiter(): Op<void> {
        if (order === 'join, then look') yield* queue.prepareToWait();
        if ((yield* ready.load()) === 0) {
          if (order === 'look, then join') yield* queue.prepareToWait();
          yield* queue.sleep();
        }
        yield* queue.finishWait();
      },
      *waker(): Op<void> {
        yield* ready.store(1);
        yield* queue.wakeUp();
      },
    };
  });
}
