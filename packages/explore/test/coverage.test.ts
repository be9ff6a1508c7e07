import { Machine, shared, spinLock, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { describeEndings, explore, type ExploreOptions, type Program } from '../src/index.ts';
import { busy, racy } from './programs.fixture.ts';
import { program } from './support.ts';

describe('what a search covered', () => {
  it('is everything where it comes to its end', () => {
    const result = explore(busy(), { faults: 3 });
    expect(result).toMatchObject({ stop: 'exhausted', exhausted: true, unbounded: true, sampled: 0 });
    expect(result.phases).toEqual([
      expect.objectContaining({ search: 'exhaustive', complete: true, cut: false, preemptions: null }),
    ]);
    expect(result.executions).toBe(result.phases[0]!.executions);
  });

  it('is everything but for the faults that were left out', () => {
    const result = explore(busy(), { faults: 1 });
    expect(result).toMatchObject({ stop: 'bound', exhausted: false, unbounded: true });
  });

  it('is named phase by phase where the budget ends first', () => {
    const result = explore(busy(), { maxExecutions: 100, sampled: 20, preemptions: 2 });
    expect(result).toMatchObject({ stop: 'executions', exhausted: false, unbounded: false, sampled: 20 });
    expect(result.phases.map(({ search, preemptions, complete }) => [search, preemptions, complete])).toEqual(
      [
        ['exhaustive', null, false],
        ['bounded', 0, true],
        ['bounded', 1, false],
        ['pct', null, true],
        ['random', null, true],
      ],
    );
    expect(result.completedPreemptions).toBe(0);
    expect(result.executions).toBe(120);
  });

  it('ends with the budget of steps', () => {
    const result = explore(busy(), { search: 'exhaustive', maxTotalSteps: 500 });
    expect(result.stop).toBe('steps');
    expect(result.steps).toBeGreaterThanOrEqual(500);
    expect(result.steps).toBeLessThan(500 + result.longest);
  });

  it('ends with the time, by the clock that it is given, and says so', () => {
    let now = 0;
    const result = explore(busy(), { search: 'exhaustive', clock: () => (now += 10), maxMilliseconds: 25 });
    expect(result.stop).toBe('time');
    expect(result.milliseconds).toBeGreaterThanOrEqual(25);
    expect(result.saved).not.toBeNull();
  });

  it('estimates how far it is, and never more than all of it', () => {
    const seen: number[] = [];
    explore(busy(), {
      search: 'exhaustive',
      naive: true,
      interrupted: ({ done, executions }) => {
        seen.push(done!);
        return executions > 20_000;
      },
    });
    expect(seen.length).toBeGreaterThan(10);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1);
    expect(seen.at(-1)).toBeGreaterThan(seen[0]!);
  });

  it('has no schedule with a preemption where threads cannot be preempted', () => {
    const handOver = (): Program =>
      program(() => {
        const x = word('x');
        function* twice(): Op<void> {
          const seen = yield* x.load();
          yield* x.store(seen + 1);
        }
        return { a: twice, b: twice };
      });
    const endings = (options: ExploreOptions) =>
      describeEndings(explore(handOver(), options).endings, false).map(({ text }) => text);
    expect(endings({}).sort()).toEqual(['x = 1', 'x = 2']);
    expect(explore(handOver(), { preemptive: false })).toMatchObject({ deepest: 0, stop: 'bound' });
    expect(endings({ preemptive: false })).toHaveLength(1);
  });

  it('finds with the fewest preemptions what the search of everything found with more', () => {
    const deep = program(() => {
      const x = word('x');
      const y = word('y');
      return {
        *a(): Op<void> {
          yield* x.store(1);
          yield* y.load();
          yield* x.store(0);
        },
        *b(): Op<void> {
          yield* y.load();
          if ((yield* x.load()) === 1) throw new Error('seen half-way');
        },
      };
    });
    const { found, stop } = explore(deep);
    expect(stop).toBe('violation');
    expect(found.map(({ preemptions }) => preemptions)).toEqual([1]);
  });
});

describe('endings', () => {
  const counter = (locked: boolean): Program =>
    program(() => {
      const count = word('count');
      const lock = spinLock('lock');
      function* add(): Op<void> {
        if (locked) yield* lock.acquire();
        const seen = yield* count.load();
        yield* count.store(seen + 1);
        if (locked) yield* lock.release();
      }
      return { a: add, b: add };
    });

  it('are told apart by what differs', () => {
    const { endings } = explore(counter(false));
    expect(
      describeEndings(endings, false)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['count = 1', 'count = 2']);
  });

  it('are one where the order does not matter', () => {
    const { endings } = explore(counter(true));
    expect(endings.entries).toHaveLength(1);
  });

  it('see tracked state, who is stuck, and what the program says itself', () => {
    const machine = new Machine({ words: 64 });
    const made = machine.construct(() => {
      const state = shared({ list: [] as number[] });
      const lock = spinLock('lock');
      for (const id of [1, 2])
        machine.thread(`t${id}`, {}, function* (): Op<void> {
          yield* lock.acquire();
          state.list.push(id);
          yield* lock.release();
        });
      return state;
    });
    machine.seal();
    expect(explore({ machine, monitors: [] }).endings.entries).toHaveLength(2);
    const sorted = explore({ machine, monitors: [], ending: () => [...made.list].sort().join() });
    expect(describeEndings(sorted.endings, true)).toEqual([
      { text: '1,2', executions: 2, firstExecution: 1 },
    ]);
  });
});

describe('sampling', () => {
  it.each(['pct', 'random'] as const)('by %s is the same for the same seed and finds a race', (search) => {
    const once = explore(racy(), { search, maxExecutions: 200, seed: 7 });
    expect(explore(racy(), { search, maxExecutions: 200, seed: 7 })).toEqual(once);
    expect(once.found.map(({ violation }) => violation.kind)).toEqual(['race']);
  });

  it('by pct goes deeper than one preemption and reaches several endings', () => {
    const result = explore(busy(), { search: 'pct', maxExecutions: 500, faults: 3 });
    expect(result.deepest).toBeGreaterThan(1);
    expect(result.endings.entries.length).toBeGreaterThan(3);
    expect(result).toMatchObject({
      sampled: 500,
      exhausted: false,
      completedPreemptions: -1,
      stop: 'executions',
    });
  });

  describe('behind a bound', () => {
    /** Fails if one thread sees each of two values of the other: that takes three preemptions. */
    const ladder = () =>
      program(() => {
        const rung = word('rung');
        return {
          *up(): Op<void> {
            for (const value of [1, 2, 3]) yield* rung.store(value);
          },
          *look(): Op<void> {
            const seen = [yield* rung.load(), yield* rung.load()];
            if (seen.join() === '1,2') throw new Error('seen on each rung');
          },
        };
      });
    const bounded = { search: 'bounded', preemptions: 1, beyond: 100 } as const;

    it('finds what no schedule within the bound shows', () => {
      expect(explore(ladder(), { ...bounded, beyond: 0 })).toMatchObject({ stop: 'bound', found: [] });
      const { found, stop, completedPreemptions, phases } = explore(ladder(), bounded);
      expect(phases.slice(0, 3).map(({ search }) => search)).toEqual(['bounded', 'bounded', 'pct']);
      expect({ stop, completedPreemptions }).toEqual({ stop: 'violation', completedPreemptions: 1 });
      expect(found[0]!.preemptions).toBeGreaterThan(1);
    });

    it('leaves the bound what it is if it finds nothing', () => {
      const result = explore(busy(), bounded);
      expect(result).toMatchObject({
        stop: 'bound',
        completedPreemptions: 1,
        exhausted: false,
        sampled: 100,
      });
      expect(explore(busy(), { ...bounded, seed: 2 }).digest).not.toBe(result.digest);
    });

    it('is not looked at if there is nothing', () => {
      const { phases, stop } = explore(busy(), { search: 'auto', faults: 3, beyond: 100 });
      expect({ phases: phases.length, stop }).toEqual({ phases: 1, stop: 'exhausted' });
    });
  });
});
