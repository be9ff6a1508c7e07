import { mutex, rwLock, shared, spinLock, word, type Op, type SpinLock } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, Monitor, type Program } from '../../src/index.ts';
import { endingsOf } from '../interrupted-programs.fixture.ts';
import { program } from '../support.ts';

function findings(of: Program, preemptions = 3) {
  return explore(of, { preemptions }).found.map(({ violation }) => `${violation.code} ${violation.subject}`);
}

function* plain(lock: SpinLock): Op<void> {
  yield* lock.acquire();
  yield* lock.release();
}

function* irqSave(lock: SpinLock): Op<void> {
  yield* lock.acquireIrqSave();
  yield* lock.releaseIrqRestore();
}

/** Collects what a word was at the end of each execution. */
class Ends extends Monitor {
  readonly seen = new Set<string>();
  constructor(private readonly look: () => string) {
    super();
  }
  override quiesce(): void {
    this.seen.add(this.look());
  }
}

describe('an interrupt', () => {
  it('comes at every moment, and whom it interrupts does not go on before it ends', () => {
    const pairs: number[] = [];
    const log = program(() => {
      const [x, y] = [word('x'), word('y')];
      return {
        *task() {
          for (let i = 1; i <= 3; i++) yield* x.store(i);
        },
        irq: [
          { interrupt: true },
          function* () {
            pairs.length = 0;
            const before = x.peek();
            yield* y.store(1);
            pairs.push(before, yield* x.load());
          },
        ],
      };
    });
    const ends = new Ends(() => pairs.splice(0).join());
    const result = explore({ ...log, monitors: [ends] }, { preemptions: 3 });
    expect(result.found).toEqual([]);
    expect(result.exhausted).toBe(true);
    // One that comes before the thread begins comes on a processor that has nothing to do, and holds nobody up.
    expect([...ends.seen].sort()).toEqual(['0,0', '0,1', '0,2', '0,3', '1,1', '2,2', '3,3']);
  });

  it('does not stop threads on other processors', () => {
    const seen = new Set<string>();
    const two = program(() => {
      const x = word('x');
      return {
        *task() {
          yield* x.load();
        },
        *elsewhere() {
          yield* x.store(7);
        },
        irq: [
          { interrupt: true },
          function* () {
            const before = yield* x.load();
            seen.add(`${before},${yield* x.load()}`);
          },
        ],
      };
    });
    expect(explore(two, { preemptions: 3 }).found).toEqual([]);
    expect([...seen].sort()).toEqual(['0,0', '0,7', '7,7']);
  });

  it('does not come while interrupts are off', () => {
    const seen = new Set<number>();
    const off = program(() => {
      const [lock, x] = [spinLock('lock'), word('x')];
      return {
        *task() {
          yield* lock.acquireIrqSave();
          yield* x.store(1);
          yield* x.store(2);
          yield* lock.releaseIrqRestore();
        },
        irq: [
          { interrupt: true },
          function* () {
            seen.add(x.peek());
            yield* x.load();
          },
        ],
      };
    });
    expect(explore(off, { preemptions: 3 }).found).toEqual([]);
    expect([...seen].sort()).toEqual([0, 2]);
  });

  it('may not sleep', () => {
    const sleeps = program(() => {
      const lock = mutex('lock');
      return {
        irq: [
          { interrupt: true },
          function* () {
            yield* lock.acquire();
            yield* lock.release();
          },
        ],
      };
    });
    const [found] = explore(sleeps).found;
    expect(found?.violation.code).toBe('MP_SLEEP_IN_ATOMIC');
    expect(found!.violation.message).toContain('in interrupt context');
  });

  it('waits for ever for a lock of the thread that it interrupts', () => {
    const wrong = program(() => {
      const lock = spinLock('lock');
      return { task: () => plain(lock), irq: [{ interrupt: true }, () => plain(lock)] };
    });
    const [found] = explore(wrong).found;
    expect(found?.violation).toMatchObject({
      code: 'MP_DEADLOCK',
      message: 'nobody can run: task is interrupted by irq; irq waits in acquire lock, held by task',
    });
  });

  it('takes in peace what others take with interrupts off', () => {
    const right = program(() => {
      const lock = spinLock('lock');
      return { task: () => irqSave(lock), irq: [{ interrupt: true }, () => plain(lock)] };
    });
    expect(findings(right)).toEqual([]);
  });

  it('races with plain accesses that no lock orders', () => {
    const races = program(() => {
      const state = shared({ n: 0 });
      const pace = word('pace');
      return {
        *task() {
          yield* pace.load();
          state.n = 1;
        },
        irq: [
          { interrupt: true },
          function* () {
            yield* pace.load();
            state.n = 2;
          },
        ],
      };
    });
    expect(explore(races).found.map((found) => found.violation.code)).toEqual(['MP_DATA_RACE']);
  });
});

describe('where threads cannot be preempted', () => {
  it('an interrupt comes at every moment all the same, and then its thread goes on', () => {
    const orders = new Set<string>();
    const log = program((machine) => {
      const x = word('x');
      const order: string[] = [];
      machine.thread('irq', { interrupt: true, party: 'device' }, function* (): Op<void> {
        order.push(`irq ${yield* x.load()}`);
      });
      function* task(name: string): Op<void> {
        order.length = name === 'a' ? 0 : order.length;
        order.push(`${name} in`);
        yield* x.fetchAdd(1);
        yield* x.fetchAdd(1);
        order.push(`${name} out`);
      }
      return {
        a: () => task('a'),
        *b() {
          yield* task('b');
          orders.add(order.join(', '));
        },
      };
    });
    const { stop, deepest } = explore(log, { preemptive: false });
    expect([stop, deepest]).toEqual(['bound', 0]);
    expect(orders).toContain('a in, irq 1, a out, b in, b out');
    expect(orders).toContain('a in, a out, b in, irq 3, b out');
    for (const order of orders) expect(order).not.toMatch(/a in(, irq \d)?, b in/);
  });
});

describe('a lock that interrupt handlers take', () => {
  /** The task takes the lock when the handler is done, so that they never meet. */
  const neverTogether = (task: (lock: SpinLock) => Op<void>) =>
    program(() => {
      const [lock, done] = [spinLock('lock'), word('done')];
      return {
        *task() {
          if ((yield* done.load()) === 1) yield* task(lock);
        },
        irq: [
          { interrupt: true },
          function* () {
            yield* plain(lock);
            yield* done.store(1);
          },
        ],
      };
    });

  it('is unsafe if it is ever held with interrupts on, though they never met', () => {
    const [found] = explore(neverTogether(plain)).found;
    expect(found?.violation).toMatchObject({
      kind: 'lock-order',
      code: 'MP_IRQ_UNSAFE_LOCK',
      subject: 'lock -> lock',
      message:
        'an interrupt may come where its lock is held: irq asks for lock, and may come while task holds lock with interrupts on',
    });
    expect(found!.violation.details.here).toContain('interrupts.test.ts');
    expect(found!.violation.details.there).toContain('interrupts.test.ts');
  });

  it('is safe if it is held with interrupts off', () => {
    expect(findings(neverTogether(irqSave))).toEqual([]);
  });

  it('must not be held while a lock is taken that others hold with interrupts on', () => {
    const chain = (safe: boolean) =>
      program(() => {
        const [lock, inner, done] = [spinLock('lock'), spinLock('inner'), word('done')];
        return {
          *task() {
            if ((yield* done.load()) === 0) return;
            yield* lock.acquireIrqSave();
            yield* plain(inner);
            yield* lock.releaseIrqRestore();
          },
          *other() {
            if ((yield* done.load()) === 0) return;
            yield* safe ? irqSave(inner) : plain(inner);
          },
          irq: [
            { interrupt: true },
            function* () {
              yield* plain(lock);
              yield* done.store(1);
            },
          ],
        };
      });
    expect(findings(chain(false))).toEqual(['MP_IRQ_UNSAFE_LOCK inner -> lock -> inner']);
    expect(findings(chain(true))).toEqual([]);
  });

  it('may be read in both', () => {
    const readers = (mode: 'read' | 'write') =>
      program(() => {
        const [lock, done] = [rwLock('lock'), word('done')];
        return {
          *task() {
            if ((yield* done.load()) === 0) return;
            yield* mode === 'read' ? lock.readAcquire() : lock.writeAcquire();
            yield* mode === 'read' ? lock.readRelease() : lock.writeRelease();
          },
          irq: [
            { interrupt: true },
            function* () {
              yield* lock.readAcquire();
              yield* lock.readRelease();
              yield* done.store(1);
            },
          ],
        };
      });
    expect(findings(readers('read'))).toEqual([]);
    expect(findings(readers('write'))).toEqual(['MP_IRQ_UNSAFE_LOCK lock -> lock']);
  });
});

describe('interrupts that are turned off', () => {
  const unbalanced = (take: 'acquire' | 'acquireIrqSave', drop: 'release' | 'releaseIrqRestore') =>
    program(() => {
      const lock = spinLock('lock');
      return {
        *task() {
          yield* lock[take]();
          yield* lock[drop]();
        },
      };
    });

  it('must be turned on again, and only by who turned them off', () => {
    expect(findings(unbalanced('acquireIrqSave', 'releaseIrqRestore'))).toEqual([]);
    expect(findings(unbalanced('acquireIrqSave', 'release'))).toEqual(['MP_IRQS_UNBALANCED task']);
    expect(findings(unbalanced('acquire', 'releaseIrqRestore'))).toEqual(['MP_IRQS_UNBALANCED lock']);
  });

  it('nest', () => {
    const seen = new Set<number>();
    const nested = program(() => {
      const [a, b, x] = [spinLock('a'), spinLock('b'), word('x')];
      return {
        *task() {
          yield* a.acquireIrqSave();
          yield* b.acquireIrqSave();
          yield* b.releaseIrqRestore();
          yield* x.store(1);
          yield* x.store(2);
          yield* a.releaseIrqRestore();
        },
        irq: [
          { interrupt: true },
          function* () {
            seen.add(x.peek());
            yield* x.load();
          },
        ],
      };
    });
    expect(explore(nested, { preemptions: 3 }).found).toEqual([]);
    expect([...seen].sort()).toEqual([0, 2]);
  });
});

describe('the reduction', () => {
  it('sees every ending of programs with interrupts that the naive search sees', () => {
    const sum = { compared: 0, naive: 0, reduced: 0 };
    for (let seed = 1; seed <= 80; seed++) {
      const all = endingsOf(seed, true, 4000);
      if (!all.complete) continue;
      const some = endingsOf(seed, false, 4000);
      expect(some.whole, `program ${seed}`).toEqual(all.whole);
      sum.compared++;
      sum.naive += all.executions;
      sum.reduced += some.executions;
    }
    expect(sum.compared).toBeGreaterThan(40);
    expect(sum.reduced * 2).toBeLessThan(sum.naive);
  }, 60_000);
});
