import { describe, expect, it } from 'vitest';
import {
  join,
  kthread,
  Machine,
  MAX_THREADS,
  mutex,
  now,
  random,
  spawn,
  word,
  yieldNow,
  type Op,
} from '../../src/index.ts';
import { executors, misuse, setUp } from '../support.ts';

describe('threads', () => {
  it('are at most so many', () => {
    const machine = new Machine({ words: 64 });
    const error = misuse(() =>
      machine.construct(() => {
        for (let n = 0; n <= MAX_THREADS; n++) kthread('thread', {}, function* () {});
      }),
    );
    expect(error.code).toBe('MP_TOO_MANY_THREADS');
    expect(error.message).toContain('at most 31 threads');
    expect(machine.threadCount).toBe(MAX_THREADS);
  });

  it.each(executors)('are not spawned without end ($name)', ({ run }) => {
    const { machine } = setUp(() => null);
    const error = misuse(() =>
      run(machine, function* () {
        for (;;) yield* spawn('child', function* () {});
      }),
    );
    expect(error.code).toBe('MP_TOO_MANY_THREADS');
  });

  it('are not declared while an execution runs, and the refusal does not change from one to the next', () => {
    const { machine } = setUp(() => null);
    const late = () =>
      misuse(() =>
        executors[0].run(machine, function* () {
          kthread('late', {}, function* () {});
        }),
      );
    expect(late().code).toBe('MP_LATE_LOCK');
    expect(late().message).toBe(late().message);
  });

  it('that are spawned vanish with their execution', () => {
    const { machine } = setUp(() => null);
    for (let n = 0; n < 3; n++) {
      const id = executors[0].run(machine, function* () {
        return (yield* spawn('child', function* () {})).id;
      });
      expect(id).toBe(1);
    }
  });

  it('that throw end their execution with what they threw', () => {
    const { machine } = setUp(() => null);
    const boom = new Error('boom');
    const run = () =>
      executors[0].run(machine, function* () {
        yield* spawn('child', function* () {
          throw boom;
        });
        yield* yieldNow();
      });
    expect(run).toThrow(boom);
  });

  it('that throw undefined do not pass for ended ones', () => {
    const { machine } = setUp(() => null);
    const run = () =>
      executors[0].run(machine, function* () {
        throw undefined;
      });
    expect(run).toThrow('main threw undefined');
  });

  it('are joined by a thread that may sleep', () => {
    const { machine } = setUp(() => null);
    machine.construct(() => {});
    const error = misuse(() =>
      executors[0].run(machine, function* () {
        const child = yield* spawn('child', function* () {});
        machine.enterScope('driver', 'balloon.isolatePage', 0);
        yield* join(child);
      }),
    );
    expect(error.code).toBe('MP_SLEEP_IN_CALLBACK');
    expect(error.details.subject).toBe('join child');
  });

  it('in interrupt context may not sleep', () => {
    const { machine } = setUp(() => {
      const lock = mutex('lock');
      kthread('irq', { interrupt: true }, () => lock.acquire());
    });
    const error = misuse(() => executors[0].run(machine, function* () {}));
    expect(error.code).toBe('MP_SLEEP_IN_ATOMIC');
    expect(error.message).toContain('in interrupt context');
  });

  it('let others go first with yieldNow', () => {
    const { machine, parts } = setUp(() => {
      const log = word('log');
      kthread('polite', {}, function* () {
        yield* yieldNow();
        yield* log.store((yield* log.load()) * 10 + 2);
      });
      kthread('other', {}, function* () {
        yield* log.store((yield* log.load()) * 10 + 1);
      });
      return log;
    });
    executors[0].run(machine, function* () {});
    expect(parts.peek()).toBe(12);
  });
});

describe('random', () => {
  function* draw(): Op<number[]> {
    return Array.from({ length: 8 }, () => random(1000));
  }

  it.each(executors)('gives the same numbers in every execution ($name)', ({ run }) => {
    const { machine } = setUp(() => null);
    const first = run(machine, draw);
    expect(run(machine, draw)).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(4);
    for (const number of first)
      expect(number).toSatisfy((n: number) => Number.isInteger(n) && n >= 0 && n < 1000);
  });

  it('depends on the seed', () => {
    const drawn = [1, 2].map((seed) => executors[0].run(setUp(() => null, { words: 8, seed }).machine, draw));
    expect(drawn[0]).not.toEqual(drawn[1]);
  });

  it('depends on the thread and not on how threads interleave', () => {
    const { machine } = setUp(() => null);
    const [mine, other] = executors[0].run(machine, function* () {
      const child = yield* spawn('child', draw);
      const numbers = yield* draw();
      yield* join(child);
      return [numbers, child.result];
    });
    expect(mine).not.toEqual(other);
    expect(executors[0].run(machine, draw)).toEqual(mine);
  });

  it('gives different numbers in construction too', () => {
    const machine = new Machine({ words: 8 });
    const drawn = machine.construct(() => Array.from({ length: 8 }, () => random(1000)));
    expect(new Set(drawn).size).toBeGreaterThan(4);
  });
});

describe('now', () => {
  it('stands still while nobody waits for time, and starts again at 0', () => {
    const { machine, parts } = setUp(() => word('w'));
    const run = () =>
      executors[0].run(machine, function* () {
        const times = [yield* now()];
        yield* parts.fetchAdd(1);
        times.push(yield* now());
        yield* parts.awaitEqual(99, -1, 5);
        times.push(yield* now());
        return times;
      });
    expect(run()).toEqual([0, 0, 5]);
    expect(run()).toEqual([0, 0, 5]);
  });
});
