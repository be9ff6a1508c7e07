import {
  completion,
  Machine,
  mutex,
  shared,
  spinLock,
  word,
  waitQueue,
  type Op,
} from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, replaySchedule, scheduleLength } from '../src/index.ts';

/** A program of threads built on a fresh machine. */
function program(build: (machine: Machine) => Record<string, () => Op<unknown>>) {
  const machine = new Machine({ words: 512 });
  machine.construct(() => {
    for (const [name, body] of Object.entries(build(machine))) machine.thread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: [] };
}

describe('explore', () => {
  it('finds a lost update as a race, with both sides, and replays it', () => {
    const lostUpdate = program(() => {
      const state = shared({ n: 0 });
      function* increment(): Op<void> {
        yield* word2.load();
        state.n = state.n + 1;
      }
      const word2 = word('pace');
      return { a: increment, b: increment };
    });
    const result = explore(lostUpdate);
    expect(result.found.map((found) => found.violation.kind)).toEqual(['race']);
    const found = result.found[0]!;
    expect(found.violation.other?.thread).toBeDefined();
    expect(found.violation.details.here).toContain('explore.test.ts');
    expect(found.violation.details.there).toContain('explore.test.ts');
    const again = replaySchedule(lostUpdate, found.schedule);
    expect(again.misfits).toEqual([]);
    expect(again.violation?.message).toBe(found.violation.message);
    expect(replaySchedule(lostUpdate, found.schedule)).toEqual(again);
  });

  it('finds nothing in the locked twin, after every schedule of the bound', () => {
    const result = explore(
      program(() => {
        const state = shared({ n: 0 });
        const lock = spinLock('lock');
        function* increment(): Op<void> {
          yield* lock.acquire();
          state.n = state.n + 1;
          yield* lock.release();
        }
        return { a: increment, b: increment };
      }),
      { search: 'bounded', preemptions: 8 },
    );
    expect(result.found).toEqual([]);
    expect(result.exhausted).toBe(true);
    expect(result.executions).toBeGreaterThan(10);
  });

  it('finds an ABBA deadlock with its cycle and a witness of one preemption', () => {
    const result = explore(
      program(() => {
        const a = mutex('A');
        const b = mutex('B');
        function* both(first: typeof a, second: typeof a): Op<void> {
          yield* first.acquire();
          yield* second.acquire();
          yield* second.release();
          yield* first.release();
        }
        return { one: () => both(a, b), two: () => both(b, a) };
      }),
    );
    const found = result.found[0]!;
    expect(found.violation.kind).toBe('deadlock');
    expect(found.preemptions).toBe(1);
    expect(found.violation.message).toContain('one waits in acquire B, held by two');
    expect(found.violation.message).toContain('two waits in acquire A, held by one');
    expect(scheduleLength(found.schedule)).toBe(found.steps);
  });

  it('finds a lost wake-up when the condition is looked at before joining the queue', () => {
    const lossy = (wait: 'right' | 'wrong') =>
      program(() => {
        const ready = word('ready');
        const queue = waitQueue('queue');
        return {
          *waiter(): Op<void> {
            if (wait === 'right') {
              yield* queue.waitEvent(function* () {
                return (yield* ready.load()) === 1;
              });
            } else if ((yield* ready.load()) === 0) {
              yield* queue.prepareToWait();
              yield* queue.sleep();
            }
          },
          *waker(): Op<void> {
            yield* ready.store(1);
            yield* queue.wakeUp();
          },
        };
      });
    expect(explore(lossy('wrong')).found.map((found) => found.violation.kind)).toEqual(['deadlock']);
    expect(explore(lossy('right'), { preemptions: 9 })).toMatchObject({ found: [], exhausted: true });
  });

  it('explores choices, and a completion orders threads', () => {
    const result = explore(
      program((machine) => {
        const state = shared({ value: 0 });
        const done = completion('done');
        return {
          *producer(): Op<void> {
            state.value = 1 + (yield* machine.choose('fails', 2));
            yield* done.complete();
          },
          *consumer(): Op<void> {
            yield* done.wait();
            if (state.value === 2) throw new Error('fault was taken');
          },
        };
      }),
    );
    expect(result.found).toHaveLength(1);
    expect(result.found[0]).toMatchObject({
      faults: 1,
      preemptions: 0,
      schedule: { choices: [{ name: 'fails', value: 1 }] },
    });
    expect(result.found[0]!.violation.kind).toBe('throw');
  });
});
