import { describe, expect, it } from 'vitest';
import { kthread, now, waitQueue, word, type KThread, type Op } from '../../src/index.ts';
import { executors, setUp, step } from '../support.ts';

/** A queue with waiters, exclusive where the name says `x`, and a waker that wakes as it is told. */
function queueOf(names: readonly string[], wakeAll = false) {
  const { machine, parts } = setUp(() => {
    const queue = waitQueue('queue');
    const waiters = names.map((name) =>
      kthread(name, { daemon: true }, function* (): Op<void> {
        yield* queue.prepareToWait(name.startsWith('x'));
        yield* queue.sleep();
      }),
    );
    const waker = kthread('waker', {}, () => (wakeAll ? queue.wakeUpAll() : queue.wakeUp()));
    return { waiters, waker };
  });
  machine.begin();
  const awake = () =>
    parts.waiters.filter((thread) => machine.isEnabled(thread)).map((thread) => thread.name);
  const fallAsleep = (thread: KThread) => step(machine, thread, 2);
  return { machine, awake, fallAsleep, ...parts };
}

describe('waitQueue', () => {
  it('wakes all ordinary waiters and the exclusive one that came first', () => {
    const { machine, waiters, waker, awake, fallAsleep } = queueOf(['x1', 'a', 'x2', 'b']);
    for (const name of ['x2', 'b', 'x1', 'a']) fallAsleep(waiters.find((thread) => thread.name === name)!);
    expect(awake()).toEqual([]);
    step(machine, waker, 2);
    expect(waker.result).toBe(3);
    expect(awake()).toEqual(['a', 'x2', 'b']);
  });

  it('wakes everybody when asked to', () => {
    const { machine, waiters, waker, awake, fallAsleep } = queueOf(['x1', 'a', 'x2'], true);
    waiters.forEach(fallAsleep);
    step(machine, waker, 2);
    expect(awake()).toEqual(['x1', 'a', 'x2']);
  });

  it('does not lose a wake-up between joining and sleeping', () => {
    const { machine, waiters, waker } = queueOf(['a']);
    step(machine, waiters[0]!, 2);
    step(machine, waker, 2);
    step(machine, waiters[0]!);
    expect(waiters[0]!.finished).toBe(true);
  });

  it('loses a wake-up that comes before joining', () => {
    const { machine, waiters, waker } = queueOf(['a']);
    step(machine, waker, 2);
    expect(waker.result).toBe(0);
    step(machine, waiters[0]!, 2);
    expect(machine.isEnabled(waiters[0]!)).toBe(false);
  });

  it('does not wake who has left', () => {
    const { machine, parts } = setUp(() => waitQueue('queue'));
    const woken = executors[0].run(machine, function* () {
      yield* parts.prepareToWait();
      yield* parts.finishWait();
      return yield* parts.wakeUpAll();
    });
    expect(woken).toBe(0);
  });

  it('wakes no waiter of another queue', () => {
    const { machine, parts } = setUp(() => ({ mine: waitQueue('mine'), other: waitQueue('other') }));
    const woken = executors[0].run(machine, function* () {
      yield* parts.mine.prepareToWait();
      return yield* parts.other.wakeUpAll();
    });
    expect(woken).toBe(0);
  });
});

describe.each(executors)('waitQueue under the $name executor', ({ run }) => {
  it('sleeps until the time is over if nobody comes', () => {
    const { machine, parts } = setUp(() => waitQueue('queue'));
    const result = run(machine, function* () {
      yield* parts.prepareToWait();
      return { woken: yield* parts.sleep(7), at: yield* now() };
    });
    expect(result).toEqual({ woken: false, at: 7 });
  });

  it('waits for an event through wake-ups that are not it', () => {
    const { machine, parts } = setUp(() => {
      const queue = waitQueue('queue');
      const count = word('count');
      kthread('counter', {}, function* () {
        for (let n = 0; n < 3; n++) {
          yield* count.fetchAdd(1);
          yield* queue.wakeUp();
        }
      });
      return { queue, count };
    });
    const seen = run(machine, function* () {
      const held = yield* parts.queue.waitEvent(function* () {
        return (yield* parts.count.load()) === 3;
      });
      return { held, count: yield* parts.count.load() };
    });
    expect(seen).toEqual({ held: true, count: 3 });
  });

  it('gives up waiting for an event that never comes', () => {
    const { machine, parts } = setUp(() => ({ queue: waitQueue('queue'), never: word('never') }));
    const held = run(machine, () =>
      parts.queue.waitEvent(function* () {
        return (yield* parts.never.load()) === 1;
      }, 4),
    );
    expect(held).toBe(false);
  });
});
