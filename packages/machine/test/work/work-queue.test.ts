import { describe, expect, it } from 'vitest';
import { completion, kthread, Machine, spinLock, word, workQueue, type Work } from '../../src/index.ts';
import { executors, misuse, setUp, step } from '../support.ts';

/** A queue with one item that counts its runs. */
function counting() {
  return setUp(() => {
    const queue = workQueue('queue');
    const runs = word('runs');
    return { queue, runs, work: queue.work('count', () => runs.fetchAdd(1)) };
  });
}

describe.each(executors)('workQueue under the $name executor', ({ run }) => {
  it('runs what is queued, and a flush waits for it', () => {
    const { machine, parts } = counting();
    const result = run(machine, function* () {
      const queued = yield* parts.queue.queueWork(parts.work);
      yield* parts.queue.flushWork(parts.work);
      return { queued, runs: yield* parts.runs.load() };
    });
    expect(result).toEqual({ queued: true, runs: 1 });
  });

  it('does not queue twice what is pending', () => {
    const { machine, parts } = counting();
    const result = run(machine, function* () {
      const queued = [yield* parts.queue.queueWork(parts.work), yield* parts.queue.queueWork(parts.work)];
      yield* parts.queue.flush();
      return { queued, runs: yield* parts.runs.load() };
    });
    expect(result).toEqual({ queued: [true, false], runs: 1 });
  });

  it('runs work once more that was queued while it ran', () => {
    const { machine, parts } = setUp(() => {
      const queue = workQueue('queue');
      const entered = completion('entered');
      const goOn = completion('go on');
      const runs = word('runs');
      const work = queue.work('slow', function* () {
        yield* runs.fetchAdd(1);
        yield* entered.complete();
        yield* goOn.wait();
      });
      return { queue, entered, goOn, runs, work };
    });
    const result = run(machine, function* () {
      yield* parts.queue.queueWork(parts.work);
      yield* parts.entered.wait();
      const again = yield* parts.queue.queueWork(parts.work);
      yield* parts.goOn.completeAll();
      yield* parts.queue.flush();
      return { again, runs: yield* parts.runs.load() };
    });
    expect(result).toEqual({ again: true, runs: 2 });
  });

  it('takes back what is pending', () => {
    const { machine, parts } = counting();
    const result = run(machine, function* () {
      yield* parts.queue.queueWork(parts.work);
      const pending = yield* parts.queue.workPending(parts.work);
      const first = yield* parts.queue.cancelWorkSync(parts.work);
      const still = yield* parts.queue.workPending(parts.work);
      const second = yield* parts.queue.cancelWorkSync(parts.work);
      yield* parts.queue.flush();
      return { pending, first, still, second, runs: yield* parts.runs.load() };
    });
    expect(result).toEqual({ pending: true, first: true, still: false, second: false, runs: 0 });
  });

  it('refuses work once it is destroyed, after it ran what was pending', () => {
    const { machine, parts } = counting();
    const error = misuse(() =>
      run(machine, function* () {
        yield* parts.queue.queueWork(parts.work);
        yield* parts.queue.destroy();
        expect(yield* parts.runs.load()).toBe(1);
        yield* parts.queue.queueWork(parts.work);
      }),
    );
    expect(error.code).toBe('MP_WORK_ON_DESTROYED_QUEUE');
    expect(error.message).toContain('count is queued on queue, which is destroyed');
  });

  it('is not destroyed twice', () => {
    const { machine, parts } = counting();
    const error = misuse(() =>
      run(machine, function* () {
        yield* parts.queue.destroy();
        yield* parts.queue.destroy();
      }),
    );
    expect(error.code).toBe('MP_WORK_ON_DESTROYED_QUEUE');
  });

  it('drains work that queues itself again before it is destroyed', () => {
    const { machine, parts } = setUp(() => {
      const queue = workQueue('queue');
      const left = word('left', 3);
      const work: Work = queue.work('again', function* () {
        if ((yield* left.fetchAdd(-1)) > 1) yield* queue.queueWork(work);
      });
      return { queue, left, work };
    });
    const left = run(machine, function* () {
      yield* parts.queue.queueWork(parts.work);
      yield* parts.queue.destroy();
      return yield* parts.left.load();
    });
    expect(left).toBe(0);
  });
});

describe('workQueue', () => {
  it('makes a cancel wait for work that runs', () => {
    const { machine, parts } = setUp(() => {
      const queue = workQueue('queue');
      const goOn = completion('go on');
      const work = queue.work('slow', () => goOn.wait());
      return {
        queuer: kthread('queuer', {}, () => queue.queueWork(work)),
        canceller: kthread('canceller', {}, () => queue.cancelWorkSync(work)),
        releaser: kthread('releaser', {}, () => goOn.complete()),
      };
    });
    const { queuer, canceller, releaser } = parts;
    machine.begin();
    const worker = machine.threads.find((thread) => thread.name === 'queue/worker')!;
    step(machine, queuer, 2);
    step(machine, worker, 4);
    step(machine, canceller, 2);
    expect(machine.isEnabled(canceller)).toBe(false);
    step(machine, releaser, 2);
    step(machine, worker, 2);
    step(machine, canceller);
    expect(canceller.result).toBe(false);
  });

  it('may be queued on, but not flushed, under a spinlock', () => {
    const { machine, parts } = setUp(() => {
      const queue = workQueue('queue');
      return { queue, lock: spinLock('lock'), work: queue.work('work', function* () {}) };
    });
    const error = misuse(() =>
      executors[0].run(machine, function* () {
        yield* parts.lock.acquire();
        yield* parts.queue.queueWork(parts.work);
        yield* parts.queue.flushWork(parts.work);
      }),
    );
    expect(error.code).toBe('MP_SLEEP_IN_ATOMIC');
    expect(error.details.subject).toBe('flush of work');
  });

  it('has room for so many items and says so', () => {
    const machine = new Machine({ words: 64 });
    const error = misuse(() =>
      machine.construct(() => {
        const queue = workQueue('queue');
        for (let n = 0; n < 25; n++) queue.work(`item ${n}`, function* () {});
      }),
    );
    expect(error.code).toBe('MP_PARAMETER');
    expect(error.message).toContain('24 items');
  });
});
