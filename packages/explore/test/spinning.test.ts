import { Machine, relax, spinLock, word, yieldNow, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '../src/index.ts';

function program(build: () => Record<string, () => Op<unknown>>) {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    for (const [name, body] of Object.entries(build())) machine.thread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: [] };
}

describe('spinning', () => {
  it('of two threads does not keep the one they wait for from running', () => {
    const result = explore(
      program(() => {
        const hold = spinLock('hold');
        const inner = spinLock('inner');
        function* spinner(): Op<void> {
          for (;;) {
            yield* inner.acquire();
            const had = yield* hold.tryAcquire();
            if (had) yield* hold.release();
            yield* inner.release();
            if (had) return;
            yield* relax();
          }
        }
        return {
          one: spinner,
          two: spinner,
          *holder(): Op<void> {
            yield* hold.acquire();
            yield* hold.release();
          },
        };
      }),
      { maxSteps: 500 },
    );
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBe(2);
  });

  it('is no livelock when what is waited for comes between the look and the relax', () => {
    const result = explore(
      program(() => {
        const flag = word('flag');
        return {
          *waiter(): Op<void> {
            while ((yield* flag.load()) === 0) yield* relax();
          },
          *setter(): Op<void> {
            yield* flag.store(1);
          },
        };
      }),
      { search: 'exhaustive', naive: true },
    );
    expect(result).toMatchObject({ found: [], exhausted: true });
    expect(result.executions).toBeGreaterThan(5);
  });

  it('for something that never comes is a livelock', () => {
    const result = explore(
      program(() => {
        const flag = word('flag');
        return {
          *waiter(): Op<void> {
            while ((yield* flag.load()) === 0) yield* relax();
          },
          *other(): Op<void> {
            yield* flag.load();
          },
        };
      }),
    );
    expect(result.found[0]?.violation.kind).toBe('livelock');
  });

  it('with yields lets the others go first', () => {
    const result = explore(
      program(() => {
        const flag = word('flag');
        return {
          *waiter(): Op<void> {
            while ((yield* flag.load()) === 0) yield* yieldNow();
          },
          *setter(): Op<void> {
            yield* flag.store(1);
          },
        };
      }),
      { maxSteps: 200 },
    );
    expect(result.found).toEqual([]);
    expect(result.executions).toBeGreaterThan(1);
  });
});
