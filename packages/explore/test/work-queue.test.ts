import {
  kthread,
  Machine,
  shared,
  spinLock,
  word,
  workQueue,
  type Op,
  type Work,
  type WorkQueue,
} from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, type Program } from '../src/index.ts';

/** A program of threads that share a queue with two counting items. */
function program(
  build: (parts: { queue: WorkQueue; first: Work; second: Work }) => Record<string, () => Op<unknown>>,
): Program {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    const queue = workQueue('queue');
    const runs = word('runs');
    const first = queue.work('first', () => runs.fetchAdd(1));
    const second = queue.work('second', () => runs.fetchAdd(1));
    for (const [name, body] of Object.entries(build({ queue, first, second }))) kthread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: [] };
}

describe('a work queue, explored', () => {
  it('has a schedule in which its worker comes too late', () => {
    const machine = new Machine({ words: 64 });
    machine.construct(() => {
      const queue = workQueue('queue');
      const state = shared({ ready: false });
      const lock = spinLock('lock');
      const work = queue.work('set ready', function* () {
        yield* lock.acquire();
        state.ready = true;
        yield* lock.release();
      });
      kthread('user', {}, function* () {
        yield* queue.queueWork(work);
        yield* lock.acquire();
        const ready = state.ready;
        yield* lock.release();
        if (!ready) throw new Error('the worker had not come yet');
      });
    });
    machine.seal();
    const result = explore({ machine, monitors: [] });
    expect(result.found.map((found) => found.violation.message)).toEqual([
      'user threw Error: the worker had not come yet',
    ]);
  });

  it('finds nothing wrong with items queued by several threads, in every schedule of the bound', () => {
    const result = explore(
      program(({ queue, first, second }) => ({
        *one(): Op<void> {
          yield* queue.queueWork(first);
        },
        *two(): Op<void> {
          yield* queue.queueWork(second);
          yield* queue.flushWork(second);
        },
      })),
      { preemptions: 3 },
    );
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBe(3);
  });

  it('finds nothing wrong with a cancel against the worker, in every schedule of the bound', () => {
    const result = explore(
      program(({ queue, first, second }) => ({
        *canceller(): Op<void> {
          yield* queue.queueWork(first);
          yield* queue.cancelWorkSync(first);
          yield* queue.destroy();
        },
        *other(): Op<void> {
          yield* queue.cancelWorkSync(second);
        },
      })),
      { preemptions: 3 },
    );
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBe(3);
  });
});
