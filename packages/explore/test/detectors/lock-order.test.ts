import {
  completion,
  lockMap,
  mutex,
  rwSemaphore,
  spinLock,
  word,
  workQueue,
  type Mutex,
  type Op,
} from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, judgeLockOrder, mergeResults, replaySchedule, type Program } from '../../src/index.ts';
import { program } from '../support.ts';

function* nest(first: Mutex, second: Mutex): Op<void> {
  yield* first.acquire();
  yield* second.acquire();
  yield* second.release();
  yield* first.release();
}

/** What a whole search finds, as codes and subjects. */
function findings(of: Program) {
  return explore(of, { preemptions: 3 }).found.map(
    ({ violation }) => `${violation.code} ${violation.subject}`,
  );
}

describe('the order of locks', () => {
  /** Two orders that never meet: the second thread begins when the first is done. */
  const neverTogether = () =>
    program(() => {
      const [a, b, done] = [mutex('A'), mutex('B'), completion('done')];
      return {
        *one() {
          yield* nest(a, b);
          yield* done.complete();
        },
        *two() {
          yield* done.wait();
          yield* nest(b, a);
        },
      };
    });

  it('reports two orders though no schedule deadlocks, with every step and its places', () => {
    const both = neverTogether();
    expect(findings({ ...neverTogether(), lockOrder: false })).toEqual([]);
    const result = explore(both);
    expect(result.found).toHaveLength(1);
    const { violation, schedule, steps } = result.found[0]!;
    expect(violation).toMatchObject({
      kind: 'lock-order',
      code: 'MP_LOCK_ORDER',
      subject: 'A -> B -> A',
      lockClasses: ['A', 'B'],
      message:
        'locks are taken in a circle: one asks for B while it holds A; two asks for A while it holds B',
      lockOrder: [
        { thread: 'one', holds: 'A', asks: 'B' },
        { thread: 'two', holds: 'B', asks: 'A' },
      ],
    });
    for (const step of violation.lockOrder!) {
      expect(step.holdsSite).toContain('lock-order.test.ts');
      expect(step.asksSite).toContain('lock-order.test.ts');
      expect(step.holdsSite).not.toBe(step.asksSite);
    }
    // The trace ends where the circle closes, not at the end of the program.
    expect(steps).toBeLessThan(result.longest);
    expect(replaySchedule(both, schedule).violation).toEqual(violation);
    expect(replaySchedule(neverTogether(), schedule).violation?.message).toBe(violation.message);
  });

  it('keeps orders from one execution to the next, and replays both', () => {
    const branches = () =>
      program((machine) => {
        const [a, b] = [mutex('A'), mutex('B')];
        return {
          *only() {
            if ((yield* machine.choose('way', 2)) === 0) yield* nest(a, b);
            else yield* nest(b, a);
          },
        };
      });
    const [found] = explore(branches()).found;
    expect(found?.violation).toMatchObject({ code: 'MP_LOCK_ORDER', subject: 'A -> B -> A' });
    expect(found!.schedule.evidence).toHaveLength(1);
    for (const step of found!.violation.lockOrder!) expect(step.asksSite).toContain('lock-order.test.ts');
    const ways = found!.violation.lockOrder!.map((step) => step.schedule.choices.length).sort();
    expect(ways).toEqual([0, 1]);
    expect(replaySchedule(branches(), found!.schedule).violation).toMatchObject({ subject: 'A -> B -> A' });
    const { evidence, ...alone } = found!.schedule;
    expect(evidence).toBeDefined();
    expect(replaySchedule(branches(), alone).violation).toBeNull();
  });

  it('tells two cycles of one execution apart, and replays each', () => {
    const two = () =>
      program(() => {
        const [a, b, c, d] = [mutex('A'), mutex('B'), mutex('C'), mutex('D')];
        return {
          *only() {
            yield* nest(a, b);
            yield* nest(c, d);
            yield* nest(b, a);
            yield* nest(d, c);
          },
        };
      });
    const { found } = explore(two());
    expect(found.map(({ violation }) => violation.subject).sort()).toEqual(['A -> B -> A', 'C -> D -> C']);
    for (const { violation, schedule, counterexample } of found) {
      const again = replaySchedule(two(), schedule);
      expect(again.violation?.subject).toBe(violation.subject);
      expect(again.trace.map((entry) => entry.text)).toEqual(counterexample.trace.map((entry) => entry.text));
    }
  });

  it('is judged over the work units of a search, and over what several processes saw', () => {
    const branches = () =>
      program((machine) => {
        const [a, b] = [mutex('A'), mutex('B')];
        return {
          *only() {
            if ((yield* machine.choose('way', 2)) === 0) yield* nest(a, b);
            else yield* nest(b, a);
          },
        };
      });
    const whole = explore(branches(), { split: 2 });
    expect(whole.units.of).toBe(2);
    expect(whole.found.map((found) => found.violation.subject)).toEqual(['A -> B -> A']);
    expect(whole.found[0]!.counterexample.trace.at(-1)!.kind).toBe('violation');
    expect(whole.found[0]!.violation.lockOrder![0]!.asksSite).toContain('lock-order.test.ts');

    const shards = [0, 1].map((index) => explore(branches(), { split: 2, shard: { index, of: 2 } }));
    for (const shard of shards) expect(shard.found).toEqual([]);
    const sent = JSON.parse(JSON.stringify(shards)) as typeof shards;
    const merged = judgeLockOrder(branches(), mergeResults(sent));
    expect(merged.found[0]!.violation).toEqual(whole.found[0]!.violation);
    expect(merged.stop).toBe('violation');
  });

  it('goes on where a search was saved', () => {
    const many = () =>
      program((machine) => {
        const [a, b, x] = [mutex('A'), mutex('B'), word('x')];
        return {
          *one() {
            if ((yield* machine.choose('way', 2)) === 0) yield* nest(a, b);
            else yield* nest(b, a);
            for (let i = 0; i < 4; i++) yield* x.fetchAdd(1);
          },
          *two() {
            for (let i = 0; i < 4; i++) yield* x.fetchAdd(1);
          },
        };
      });
    const options = { afterFirst: Infinity };
    const first = explore(many(), { ...options, interrupted: (progress) => progress.executions >= 64 });
    expect(first.stop).toBe('interrupted');
    const saved = JSON.parse(JSON.stringify(first.saved)) as NonNullable<typeof first.saved>;
    const rest = explore(many(), { ...options, resume: saved });
    const whole = explore(many(), options);
    expect(rest.found.map((found) => found.violation)).toEqual(whole.found.map((found) => found.violation));
    expect(whole.found.map((found) => found.violation.subject)).toEqual(['A -> B -> A']);
  });

  it('says nothing of a cycle for which it found the deadlock', () => {
    const abba = program(() => {
      const [a, b] = [mutex('A'), mutex('B')];
      return { one: () => nest(a, b), two: () => nest(b, a) };
    });
    expect(explore(abba).found.map((found) => found.violation.code)).toEqual(['MP_DEADLOCK']);
  });

  it('finds a circle of three', () => {
    const three = program(() => {
      const [a, b, c] = [mutex('A'), mutex('B'), mutex('C')];
      return {
        *only() {
          yield* nest(a, b);
          yield* nest(b, c);
          yield* nest(c, a);
        },
      };
    });
    expect(findings(three)).toEqual(['MP_LOCK_ORDER A -> B -> C -> A']);
  });

  it('is content with one order', () => {
    const right = program(() => {
      const [a, b] = [mutex('A'), mutex('B')];
      return { one: () => nest(a, b), two: () => nest(a, b) };
    });
    expect(findings(right)).toEqual([]);
  });

  it('lets two orders be that a lock around both keeps apart', () => {
    const gated = (gate: boolean) =>
      program(() => {
        const [a, b, g] = [mutex('A'), mutex('B'), mutex('gate')];
        function* within(first: Mutex, second: Mutex): Op<void> {
          if (gate) yield* g.acquire();
          yield* nest(first, second);
          if (gate) yield* g.release();
        }
        return {
          *only() {
            yield* within(a, b);
            yield* within(b, a);
          },
        };
      });
    expect(findings(gated(true))).toEqual([]);
    expect(findings(gated(false))).toEqual(['MP_LOCK_ORDER A -> B -> A']);
  });

  it('lets two orders be of threads of which one begins when the other has ended', () => {
    const ordered = program((machine) => {
      const [a, b] = [mutex('A'), mutex('B')];
      const one = machine.thread('setup', {}, () => nest(a, b));
      return { teardown: [{ after: [one] }, () => nest(b, a)] };
    });
    expect(findings(ordered)).toEqual([]);
  });

  it('draws no edge into a lock that is tried', () => {
    const tries = program(() => {
      const [a, b] = [mutex('A'), mutex('B')];
      return {
        *one() {
          yield* nest(a, b);
          yield* b.acquire();
          if (yield* a.tryAcquire()) yield* a.release();
          yield* b.release();
        },
      };
    });
    expect(findings(tries)).toEqual([]);
  });

  it('draws edges out of a lock that was taken by a try', () => {
    const tries = program(() => {
      const [a, b] = [mutex('A'), mutex('B')];
      return {
        *one() {
          yield* nest(a, b);
          if (!(yield* b.tryAcquire())) return;
          yield* a.acquire();
          yield* a.release();
          yield* b.release();
        },
      };
    });
    expect(findings(tries)).toEqual(['MP_LOCK_ORDER A -> B -> A']);
  });

  describe('of one class', () => {
    const two = (nested: boolean, gate: boolean) =>
      program(() => {
        const [first, second, g] = [spinLock('page'), spinLock('page'), spinLock('gate')];
        return {
          *only() {
            if (gate) yield* g.acquire();
            yield* first.acquire();
            yield* nested ? second.acquireNested(1) : second.acquire();
            yield* second.release();
            yield* first.release();
            if (gate) yield* g.release();
          },
        };
      });

    it('reports one lock inside another', () => {
      const [found] = explore(two(false, false)).found;
      expect(found?.violation).toMatchObject({
        code: 'MP_LOCK_ORDER',
        subject: 'page -> page',
        message:
          'two locks of the class page are taken one inside the other: only asks for page#2 while it holds page',
      });
    });

    it('lets be what is said to be meant, and what a lock around both keeps alone', () => {
      expect(findings(two(true, false))).toEqual([]);
      expect(findings(two(false, true))).toEqual([]);
    });
  });

  describe('of readers and writers', () => {
    type Mode = 'read' | 'write';
    const cross = (modes: [Mode, Mode, Mode, Mode], writer: boolean) =>
      program(() => {
        const [a, b] = [rwSemaphore('A'), rwSemaphore('B')];
        const take = (lock: typeof a, mode: Mode) =>
          mode === 'read' ? lock.readAcquire() : lock.writeAcquire();
        const drop = (lock: typeof a, mode: Mode) =>
          mode === 'read' ? lock.readRelease() : lock.writeRelease();
        return {
          *only() {
            yield* take(a, modes[0]);
            yield* take(b, modes[1]);
            yield* drop(b, modes[1]);
            yield* drop(a, modes[0]);
            yield* take(b, modes[2]);
            yield* take(a, modes[3]);
            yield* drop(a, modes[3]);
            yield* drop(b, modes[2]);
            if (!writer) return;
            for (const lock of [a, b]) {
              yield* lock.writeAcquire();
              yield* lock.writeRelease();
            }
          },
        };
      });

    it('lets readers be as long as nobody ever writes', () => {
      expect(findings(cross(['read', 'read', 'read', 'read'], false))).toEqual([]);
    });

    it('reports readers that may come to wait behind a writer', () => {
      expect(findings(cross(['read', 'read', 'read', 'read'], true))).toEqual(['MP_LOCK_ORDER A -> B -> A']);
    });

    it('reports a writer against readers', () => {
      expect(findings(cross(['read', 'write', 'read', 'write'], false))).toEqual([
        'MP_LOCK_ORDER A -> B -> A',
      ]);
    });
  });

  describe('through places in the code', () => {
    const reclaim = (inside: boolean) =>
      program(() => {
        const lock = mutex('cache.lock');
        const map = lockMap('fs_reclaim');
        function* allocate(): Op<void> {
          map.mightEnter();
          yield* steps.load();
        }
        const steps = word('steps');
        return {
          *user() {
            yield* lock.acquire();
            if (inside) yield* allocate();
            yield* lock.release();
            yield* allocate();
          },
          *kswapd() {
            map.enter();
            yield* lock.acquire();
            yield* lock.release();
            map.leave();
          },
        };
      });

    it('reports an allocation under a lock that reclaim takes', () => {
      const [found] = explore(reclaim(true)).found;
      expect(found?.violation).toMatchObject({
        code: 'MP_LOCK_ORDER',
        lockClasses: ['cache.lock', 'fs_reclaim'],
      });
      expect(found!.violation.message).toContain('user asks for fs_reclaim while it holds cache.lock');
    });

    it('is content with one after the lock was dropped', () => {
      expect(findings(reclaim(false))).toEqual([]);
    });

    it('reports a flush under a lock that the work takes', () => {
      const flush = (inside: boolean) =>
        program(() => {
          const lock = mutex('lock');
          const queue = workQueue('queue');
          const work = queue.work('refill', function* () {
            yield* lock.acquire();
            yield* lock.release();
          });
          return {
            *user() {
              // Done already, so that nothing is waited for.
              yield* queue.queueWork(work);
              yield* queue.flushWork(work);
              yield* lock.acquire();
              if (inside) yield* queue.flushWork(work);
              yield* lock.release();
            },
          };
        });
      expect(findings(flush(true))).toEqual(['MP_LOCK_ORDER lock -> work of queue -> lock']);
      expect(findings(flush(false))).toEqual([]);
    });
  });
});
