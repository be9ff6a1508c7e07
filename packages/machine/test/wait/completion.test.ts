import { describe, expect, it } from 'vitest';
import { completion, kthread, now, spinLock, type Op } from '../../src/index.ts';
import { executors, misuse, setUp, step } from '../support.ts';

describe.each(executors)('completion under the $name executor', ({ run }) => {
  it('that was completed before lets the waiter pass, once for each complete', () => {
    const { machine, parts } = setUp(() => completion('done'));
    const passed = run(machine, function* () {
      yield* parts.complete();
      yield* parts.complete();
      return [yield* parts.wait(1), yield* parts.wait(1), yield* parts.wait(1)];
    });
    expect(passed).toEqual([true, true, false]);
  });

  it('that was completed for all lets everybody pass until it is made new', () => {
    const { machine, parts } = setUp(() => completion('done'));
    const passed = run(machine, function* () {
      yield* parts.completeAll();
      const before = [yield* parts.wait(), yield* parts.wait(), yield* parts.wait()];
      yield* parts.reinit();
      return [...before, yield* parts.wait(1)];
    });
    expect(passed).toEqual([true, true, true, false]);
  });

  it('that nobody completes gives up when its time is over, and the clock has moved', () => {
    const { machine, parts } = setUp(() => completion('done'));
    const result = run(machine, function* () {
      const before = yield* now();
      const waited = yield* parts.wait(25);
      return { waited, took: (yield* now()) - before };
    });
    expect(result).toEqual({ waited: false, took: 25 });
  });
});

describe('completion', () => {
  function waiters() {
    return setUp(() => {
      const done = completion('done');
      return {
        first: kthread('first', {}, () => done.wait()),
        second: kthread('second', {}, () => done.wait()),
        completer: kthread('completer', {}, function* (): Op<void> {
          yield* done.complete();
          yield* done.completeAll();
        }),
      };
    });
  }

  it('keeps waiters asleep until it is completed', () => {
    const { machine, parts } = waiters();
    machine.begin();
    step(machine, parts.first);
    expect(machine.isEnabled(parts.first)).toBe(false);
    step(machine, parts.completer, 2);
    expect(machine.isEnabled(parts.first)).toBe(true);
  });

  it('lets one of two waiters pass for one complete, the rest for all', () => {
    const { machine, parts } = waiters();
    machine.begin();
    step(machine, parts.first);
    step(machine, parts.second);
    step(machine, parts.completer, 2);
    step(machine, parts.second);
    expect(machine.isEnabled(parts.first)).toBe(false);
    step(machine, parts.completer);
    step(machine, parts.first);
    expect(parts.first.result).toBe(true);
  });

  it('is not waited for under a spinlock, even if it is complete', () => {
    const { machine, parts } = setUp(() => ({ done: completion('done'), lock: spinLock('lock') }));
    const error = misuse(() =>
      executors[0].run(machine, function* () {
        yield* parts.done.complete();
        yield* parts.lock.acquire();
        yield* parts.done.wait();
      }),
    );
    expect(error.code).toBe('MP_SLEEP_IN_ATOMIC');
    expect(error.details.subject).toBe('wait for done');
  });
});
