import { mutex, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program, type Threads } from './program.fixture.ts';

/** Dining philosophers: each needs the forks on both sides. */
export function philosophers(first: 'the left fork' | 'the lower fork', seats = 3): Program {
  return program(() => {
    const forks = Array.from({ length: seats }, (_, seat) => mutex(`fork ${seat}`));

    function* dine(left: number, right: number): Op<void> {
      const swap = first === 'the lower fork' && right < left;
      const one = forks[swap ? right : left]!;
      const two = forks[swap ? left : right]!;
      yield* one.acquire();
      yield* two.acquire();
      yield* two.release();
      yield* one.release();
    }

    const threads: Threads = {};
    for (let seat = 0; seat < seats; seat++)
      threads[`philosopher ${seat}`] = () => dine(seat, (seat + 1) % seats);
    return threads;
  });
}
