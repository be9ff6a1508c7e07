import {
  completion,
  mutex,
  now,
  relax,
  spinLock,
  waitQueue,
  word,
  yieldNow,
  type Machine,
  type Op,
} from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, type ExploreOptions } from '../src/index.ts';
import { program } from './support.ts';

type Threads = Record<string, () => Op<unknown>>;

function codes(build: (machine: Machine) => Threads, options: ExploreOptions = {}): string[] {
  return explore(program(build), options).found.map(({ violation }) => violation.message);
}

const BOUNDED: ExploreOptions = { search: 'bounded', preemptions: 1, sampled: 0 };

describe('a reduction does not miss', () => {
  it.each<[string, ExploreOptions]>([
    ['without a bound', { search: 'exhaustive' }],
    ['within a bound', BOUNDED],
  ])('an addition that comes after another and before a look, %s', (_name, options) => {
    const found = codes(() => {
      const x = word('x');
      return {
        *A() {
          yield* x.add(1);
        },
        *B() {
          yield* x.add(2);
          if ((yield* x.load()) === 2) throw new Error('A was not counted');
        },
      };
    }, options);
    expect(found).toEqual(['B threw Error: A was not counted']);
  });

  it('a time-out between two looks at the clock', () => {
    const found = codes(() => {
      const [never, y] = [completion('never'), word('y')];
      return {
        *A() {
          yield* never.wait(5);
        },
        *B() {
          const before = yield* now();
          yield* y.load();
          if ((yield* now()) - before >= 5) throw new Error('the deadline passed');
        },
      };
    });
    expect(found).toEqual(['B threw Error: the deadline passed']);
  });

  it('a second try of a lock that the first one settles, where the bound allows only the first', () => {
    const found = codes(() => {
      const [x, y, lock] = [word('x'), word('y'), mutex('lock')];
      return {
        *t0() {
          yield* x.store(1);
          yield* lock.acquire();
          yield* y.store(1);
          yield* lock.release();
        },
        *t1() {
          if ((yield* y.load()) !== 0) return;
          const seen: number[] = [];
          for (const each of [x, y]) {
            if (!(yield* lock.tryAcquire())) continue;
            seen.push(yield* each.load());
            yield* lock.release();
          }
          if (seen.join() === '1,1') throw new Error('seen');
        },
      };
    }, BOUNDED);
    expect(found).toEqual(['t1 threw Error: seen']);
  });

  it('that who gives way goes on for free if somebody without a part in it steps first', () => {
    const found = codes(
      () => {
        const lock = mutex('lock');
        return {
          *t0() {
            for (let tries = 0; tries < 2; tries++) {
              if (yield* lock.tryAcquire()) return yield* lock.release();
              yield* yieldNow();
            }
            throw new Error('gave up');
          },
          *t1() {
            yield* lock.acquire();
            yield* lock.release();
          },
          *idle() {},
        };
      },
      { ...BOUNDED, from: 1 },
    );
    expect(found).toEqual(['t0 threw Error: gave up']);
  });
});

it('a search whose executions ended with a violation does not say that it saw everything', () => {
  const result = explore(
    program(() => {
      const [x, y] = [word('x'), word('y')];
      return {
        *A() {
          if ((yield* x.load()) === 0) throw new Error('known');
          throw new Error('behind it');
        },
        *B() {
          yield* y.store(1);
          yield* x.store(1);
        },
      };
    }),
    { search: 'exhaustive', afterFirst: Infinity },
  );
  expect(result).toMatchObject({ exhausted: false, unbounded: false, stop: 'violation' });
});

it('a thread has one wait entry', () => {
  const found = explore(
    program(() => {
      const [p, q] = [waitQueue('p'), waitQueue('q')];
      return {
        *A() {
          yield* p.prepareToWait();
          yield* q.finishWait();
        },
      };
    }),
  ).found;
  expect(found.map(({ violation }) => violation.code)).toEqual(['MP_WAITS_ELSEWHERE']);
});

describe('spinners', () => {
  it('that go round together are a livelock each time the same', () => {
    const { found } = explore(
      program(() => {
        const [a, b] = [spinLock('a'), spinLock('b')];
        const both = (p: typeof a, q: typeof a) =>
          function* (): Op<void> {
            for (;;) {
              yield* p.acquire();
              if (yield* q.tryAcquire()) break;
              yield* p.release();
              yield* relax();
            }
            yield* q.release();
            yield* p.release();
          };
        return { A: both(a, b), B: both(b, a) };
      }),
      { search: 'exhaustive', maxExecutions: 2000, maxSteps: 1000, shorten: false, sampled: 0 },
    );
    for (const { violation } of found) expect(violation.code).toBe('MP_LIVELOCK');
  });

  it('that count their turns come to their end, and to what they do then', () => {
    const polling = (turns: number) =>
      program(() => {
        const flag = word('flag');
        return {
          *A() {
            for (let turn = 0; turn < turns; turn++) {
              if ((yield* flag.load()) === 1) return;
              yield* relax();
            }
          },
        };
      });
    for (const turns of [1, 8, 60])
      expect(explore(polling(turns))).toMatchObject({ found: [], stop: 'exhausted' });
    expect(explore(polling(Infinity)).found.map(({ violation }) => violation.code)).toEqual(['MP_LIVELOCK']);
  });
});

describe('a daemon that runs for ever', () => {
  const beside = (build: (machine: Machine) => Threads) =>
    explore(
      program((machine) => {
        const x = word('x');
        machine.thread('daemon', { daemon: true }, function* () {
          for (;;) {
            yield* x.fetchAdd(1);
            yield* yieldNow();
          }
        });
        return build(machine);
      }),
      { search: 'bounded', preemptions: 1, maxSteps: 100, maxExecutions: 500, sampled: 0 },
    ).found;

  it('is no livelock', () => {
    const found = beside(() => {
      const y = word('y');
      return {
        *A() {
          yield* y.load();
        },
      };
    });
    expect(found).toEqual([]);
  });

  it('does not hide who waits for a wake-up that was lost', () => {
    const found = beside(() => {
      const [ready, queue] = [word('ready'), waitQueue('queue')];
      return {
        *waiter() {
          if ((yield* ready.load()) === 1) return;
          yield* queue.prepareToWait();
          yield* queue.sleep();
        },
        *waker() {
          yield* ready.store(1);
          yield* queue.wakeUp();
        },
      };
    });
    expect(found.map(({ violation }) => violation.code)).toEqual(['MP_DEADLOCK']);
    expect(found[0]!.violation.message).toContain('waiter waits in sleep queue');
  });
});

describe('options that make no sense', () => {
  const none = () =>
    program(() => ({
      *A() {},
    }));

  it.each<[ExploreOptions, string]>([
    [{ search: 'all' as never }, 'search is "all"'],
    [{ preemptions: -1 }, 'preemptions is -1'],
    [{ split: 1.5 }, 'split is 1.5'],
    [{ maxExecutions: 0 }, 'maxExecutions is 0'],
    [{ shard: { index: 2, of: 2 } }, 'shard is {"index":2,"of":2}'],
    [{ maxMilliseconds: 5 }, 'maxMilliseconds is given without a clock'],
    [{ resume: {} as never }, 'resume is of another program or of other options'],
  ])('are refused: %o', (options, message) => {
    expect(() => explore(none(), options)).toThrow(message);
  });
});
