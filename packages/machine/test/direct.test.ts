import { describe, expect, it } from 'vitest';
import { blockedThreads, completion, kthread, mutex, now, runDirect, waitQueue, word } from '../src/index.ts';
import { misuse, setUp } from './support.ts';

describe('runDirect', () => {
  it('runs each thread until it blocks, in the order of their declaration, main last', () => {
    const order: string[] = [];
    const { machine } = setUp(() => {
      const go = completion('go');
      kthread('first', {}, function* () {
        order.push('first waits');
        yield* go.wait();
        order.push('first goes on');
      });
      kthread('second', {}, function* () {
        order.push('second');
        yield* go.complete();
        order.push('second still');
      });
    });
    const { turns } = runDirect(machine, function* () {
      order.push('main');
    });
    expect(order).toEqual(['first waits', 'second', 'second still', 'main', 'first goes on']);
    expect(turns).toBe(4);
  });

  it('lets the shortest wait time out first, and only when nobody can go on', () => {
    const log: string[] = [];
    const { machine } = setUp(() => {
      const never = word('never');
      const wait = (name: string, ticks: number) =>
        kthread(name, {}, function* () {
          yield* never.awaitEqual(1, -1, ticks);
          log.push(`${name} at ${yield* now()}`);
        });
      wait('slow', 9);
      wait('quick', 2);
    });
    runDirect(machine, function* () {
      log.push(`main at ${yield* now()}`);
    });
    expect(log).toEqual(['main at 0', 'quick at 2', 'slow at 11']);
  });

  it('names who waits for what when nothing can run', () => {
    const { machine } = setUp(() => {
      const a = mutex('A');
      const b = mutex('B');
      const at = [completion('one has A'), completion('two has B')] as const;
      kthread('one', {}, function* () {
        yield* a.acquire();
        yield* at[0].complete();
        yield* at[1].wait();
        yield* b.acquire();
      });
      kthread('two', {}, function* () {
        yield* b.acquire();
        yield* at[1].complete();
        yield* at[0].wait();
        yield* a.acquire();
      });
    });
    const error = misuse(() => runDirect(machine, function* () {}));
    expect(error.code).toBe('MP_DEADLOCK');
    expect(error.message).toBe('nothing can run: one waits in acquire B; two waits in acquire A');
    expect(blockedThreads(machine).map((thread) => thread.name)).toEqual(['one', 'two']);
  });

  it('names whom a join waits for', () => {
    const { machine } = setUp(() => completion('never'));
    const error = misuse(() =>
      runDirect(machine, function* () {
        const child = yield* machine.spawn('child', () => machine.makeWait(12, 0, -1, 1, 0, 0));
        yield* machine.join(child);
      }),
    );
    expect(error.message).toContain('main waits in join child');
  });

  it('leaves daemons asleep', () => {
    const { machine } = setUp(() => {
      const queue = waitQueue('queue');
      kthread('daemon', { daemon: true }, function* () {
        yield* queue.prepareToWait();
        yield* queue.sleep();
      });
    });
    expect(runDirect(machine, () => machine.yieldNow()).value).toBeUndefined();
  });

  it('starts from the sealed state, or goes on from the present one', () => {
    const { machine, parts } = setUp(() => word('w'));
    runDirect(machine, () => parts.fetchAdd(1));
    expect(runDirect(machine, () => parts.fetchAdd(1), { fresh: false }).value).toBe(1);
    expect(runDirect(machine, () => parts.fetchAdd(1)).value).toBe(0);
  });

  it('goes on from the present state as often as it is asked to', () => {
    const { machine, parts } = setUp(() => word('w'));
    for (let n = 0; n < 100; n++) {
      expect(runDirect(machine, () => parts.fetchAdd(1), { fresh: n === 0 }).value).toBe(n);
    }
  });

  it('can run again after a run that failed', () => {
    const { machine, parts } = setUp(() => mutex('lock'));
    const stuck = misuse(() =>
      runDirect(machine, function* () {
        yield* parts.acquire();
        yield* parts.acquire();
      }),
    );
    expect(stuck.code).toBe('MP_RECURSIVE_LOCK');
    const taken = runDirect(machine, function* () {
      const got = yield* parts.tryAcquire();
      yield* parts.release();
      return got;
    });
    expect(taken.value).toBe(true);
  });
});
