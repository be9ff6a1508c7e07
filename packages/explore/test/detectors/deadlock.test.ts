import { join, mutex, rwSemaphore, word, type KThread, type Mutex, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/index.ts';
import { program } from '../support.ts';

function* nest(first: Mutex, second: Mutex): Op<void> {
  yield* first.acquire();
  yield* second.acquire();
  yield* second.release();
  yield* first.release();
}

describe('a deadlock of some', () => {
  /** Two threads that may come to wait for each other, and one that runs for ever. */
  const beside = (right: boolean) =>
    program(() => {
      const [a, b, ticks] = [mutex('A'), mutex('B'), word('ticks')];
      return {
        one: () => nest(a, b),
        two: () => (right ? nest(a, b) : nest(b, a)),
        clock: [
          { daemon: true },
          function* () {
            for (let i = 0; i < 40; i++) yield* ticks.add(1);
          },
        ],
      };
    });

  it('is reported at once, though another thread runs on', () => {
    const [found] = explore(beside(false)).found;
    expect(found?.violation).toMatchObject({
      kind: 'deadlock',
      code: 'MP_DEADLOCK',
      lockClasses: ['A', 'B'],
      message:
        'they wait for each other for ever: one waits in acquire B, held by two; two waits in acquire A, held by one',
    });
    expect(found!.violation.details.here).toContain('deadlock.test.ts');
    expect(found!.violation.details.there).toContain('deadlock.test.ts');
    expect(found!.steps).toBeLessThan(10);
  });

  it('is not there if both take the locks in one order', () => {
    expect(explore(beside(true)).found).toEqual([]);
  });

  it('is waited for to the end if the program says so', () => {
    const [found] = explore({ ...beside(false), partialDeadlocks: false }).found;
    expect(found?.violation.code).toBe('MP_DEADLOCK');
    expect(found!.violation.message).toMatch(/^nobody can run/);
    expect(found!.steps).toBeGreaterThan(40);
  });

  it('goes over joins', () => {
    const joins = program((machine) => {
      const lock = mutex('lock');
      const worker: KThread = machine.thread('worker', {}, function* () {
        yield* lock.acquire();
        yield* lock.release();
      });
      return {
        *stopper() {
          yield* lock.acquire();
          yield* join(worker);
          yield* lock.release();
        },
      };
    });
    const [found] = explore(joins).found;
    expect(found?.violation.message).toBe(
      'nobody can run: worker waits in acquire lock, held by stopper; stopper waits in join worker',
    );
  });

  it('finds the reader who never lets a writer in, among several', () => {
    const readers = program(() => {
      const [lock, other] = [rwSemaphore('lock'), mutex('other')];
      return {
        *innocent() {
          yield* lock.readAcquire();
          yield* lock.readRelease();
        },
        *reader() {
          yield* lock.readAcquire();
          yield* other.acquire();
          yield* other.release();
          yield* lock.readRelease();
        },
        *writer() {
          yield* other.acquire();
          yield* lock.writeAcquire();
          yield* lock.writeRelease();
          yield* other.release();
        },
      };
    });
    const found = explore(readers, { preemptions: 3 }).found.map(({ violation }) => violation);
    expect(found.map((violation) => violation.code)).toEqual(['MP_DEADLOCK']);
    expect(found[0]!.message).toContain('reader waits in acquire other, held by writer');
    expect(found[0]!.message).toContain('writer waits in acquire lock (write), held by');
  });
});
