import { mutex, shared, waitQueue, type Op, type WaitQueue } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program } from './program.fixture.ts';

/** A buffer for one item under a lock, a producer of two items, two consumers of one. */
export function boundedBuffer(variant: 'right' | 'if for while' | 'one queue for both'): Program {
  return program(() => {
    const lock = mutex('lock');
    const notEmpty = waitQueue('not empty');
    const notFull = variant === 'one queue for both' ? notEmpty : waitQueue('not full');
    const buffer = shared({ items: 0 });

    /** Sleeps without the lock; the first come is woken first, and only it. */
    function* waitOn(queue: WaitQueue): Op<void> {
      yield* queue.prepareToWait(true);
      yield* lock.release();
      yield* queue.sleep();
      yield* lock.acquire();
    }

    function* until(holds: () => boolean, queue: WaitQueue): Op<void> {
      if (variant === 'if for while') {
        if (!holds()) yield* waitOn(queue);
      } else while (!holds()) yield* waitOn(queue);
    }

    function* put(): Op<void> {
      yield* lock.acquire();
      yield* until(() => buffer.items === 0, notFull);
      buffer.items++;
      yield* notEmpty.wakeUp();
      yield* lock.release();
    }

    function* take(): Op<void> {
      yield* lock.acquire();
      yield* until(() => buffer.items === 1, notEmpty);
      buffer.items--;
      if (buffer.items < 0) throw new Error('took from an empty buffer');
      yield* notFull.wakeUp();
      yield* lock.release();
    }

    return {
      'consumer 1': take,
      'consumer 2': take,
      *producer(): Op<void> {
        yield* put();
        yield* put();
      },
    };
  });
}
