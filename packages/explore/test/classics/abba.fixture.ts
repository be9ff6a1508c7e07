import { mutex, type Mutex, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program } from './program.fixture.ts';

/** Two locks, taken in two orders or in one. */
export function abba(order: 'A B and B A' | 'A B and A B'): Program {
  return program(() => {
    const a = mutex('A');
    const b = mutex('B');

    function* both(first: Mutex, second: Mutex): Op<void> {
      yield* first.acquire();
      yield* second.acquire();
      yield* second.release();
      yield* first.release();
    }
    return { one: () => both(a, b), two: () => (order === 'A B and B A' ? both(b, a) : both(a, b)) };
  });
}
