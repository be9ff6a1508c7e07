import { Machine, mutex, shared, spinLock, withAmbient, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { isShorter } from '../src/compare.ts';
import { Executor, explore, replaySchedule, violationKey, type Program } from '../src/index.ts';
import { shorten } from '../src/shorten.ts';
import { cheapest, clumsy, failingProgram } from './failing-programs.fixture.ts';

function program(build: () => Record<string, () => Op<unknown>>): Program {
  const machine = new Machine({ words: 512 });
  machine.construct(() => {
    for (const [name, body] of Object.entries(build())) machine.thread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: [] };
}

/** Shortens the worst failing execution among random walks. */
function shortened(of: Program, seed: number) {
  const [worst] = clumsy(of, seed);
  return withAmbient(of.machine, () => shorten(new Executor(of, 1000), worst!.schedule, worst!.outcome, 1));
}

describe('a shortened witness', () => {
  it('is the shortest there is, on programs small enough to know', () => {
    let compared = 0;
    let improved = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const of = failingProgram(seed);
      const failing = clumsy(of, seed);
      const best = failing.length === 0 ? null : cheapest(of, 2000);
      if (best === null) continue;
      for (const { schedule, outcome } of failing) {
        const key = violationKey(outcome.violation!);
        const witness = withAmbient(of.machine, () => shorten(new Executor(of, 1000), schedule, outcome, 1));
        const { preemptions, faults, steps } = best.get(key)!;
        expect(witness.outcome, `program ${seed}`).toMatchObject({ preemptions, faults, steps });
        expect(witness.shortening.minimal, `program ${seed}`).toBe(true);
        expect(violationKey(witness.outcome.violation!)).toBe(key);
        const again = replaySchedule(of, witness.schedule);
        expect(violationKey(again.violation!), `program ${seed}`).toBe(key);
        expect(again.outcome).toMatchObject({ preemptions, faults, steps });
        compared++;
        if (isShorter(witness.outcome, outcome)) improved++;
      }
    }
    expect(compared).toBeGreaterThan(70);
    expect(improved).toBeGreaterThan(40);
  }, 60_000);

  it.each([
    [
      'a lost update',
      () => {
        const state = shared({ n: 0 });
        const pace = word('pace');
        function* writer(): Op<void> {
          yield* pace.load();
          state.n++;
          yield* pace.load();
        }
        return { a: writer, b: writer };
      },
    ],
    [
      'a stale read under a lock',
      () => {
        const lock = spinLock('lock');
        const count = word('count');
        function* adder(): Op<void> {
          yield* lock.acquire();
          const seen = yield* count.load();
          yield* lock.release();
          yield* lock.acquire();
          if ((yield* count.load()) !== seen) throw new Error('stale');
          yield* count.store(seen + 1);
          yield* lock.release();
        }
        return { a: adder, b: adder };
      },
    ],
  ])('of %s has nothing of threads that do not matter in it', (_, build) => {
    const noisy = program(() => {
      const noise = word('noise');
      const lock = mutex('noise lock');
      function* chatter(): Op<void> {
        for (let i = 0; i < 6; i++) {
          yield* lock.acquire();
          yield* noise.fetchAdd(1);
          yield* lock.release();
        }
      }
      return { noise1: chatter, ...build(), noise2: chatter, noise3: chatter };
    });
    const { schedule, outcome, shortening } = shortened(noisy, 7);
    const quiet = explore(program(build)).found[0]!;
    expect(new Set(schedule.segments.map(({ thread }) => thread))).toEqual(new Set(['a', 'b']));
    expect(outcome).toMatchObject({
      preemptions: quiet.preemptions,
      faults: quiet.faults,
      steps: quiet.steps,
    });
    expect(shortening.attempts).toBeLessThanOrEqual(shortening.limit);
  });

  it('keeps a thread that has to end before the failure shows', () => {
    const of = program(() => {
      const a = mutex('A');
      const b = mutex('B');
      const noise = word('noise');
      function* both(first: typeof a, second: typeof a): Op<void> {
        yield* first.acquire();
        yield* second.acquire();
        yield* second.release();
        yield* first.release();
      }
      return {
        one: () => both(a, b),
        two: () => both(b, a),
        *noise(): Op<void> {
          yield* noise.store(1);
        },
      };
    });
    // A deadlock of two is seen at once, unless nobody looks before the end.
    const { outcome } = shortened({ ...of, partialDeadlocks: false }, 3);
    expect(outcome).toMatchObject({ preemptions: 1, steps: 6 });
    expect(shortened(of, 3).outcome).toMatchObject({ preemptions: 1, steps: 4 });
    expect(outcome.violation!.kind).toBe('deadlock');
  });

  it('brings the stretches of one thread together', () => {
    // Read by a, changed by b, read again by a: one preemption, if b then goes on to its end.
    const of = program(() => {
      const value = word('value');
      const own = [word('own a'), word('own b')];
      return {
        *a(): Op<void> {
          const seen = yield* value.load();
          for (let i = 0; i < 8; i++) yield* own[0]!.store(i);
          if ((yield* value.load()) !== seen) throw new Error('changed');
        },
        *b(): Op<void> {
          for (let i = 0; i < 8; i++) yield* own[1]!.store(i);
          yield* value.store(1);
          for (let i = 0; i < 8; i++) yield* own[1]!.store(i);
        },
      };
    });
    const { schedule, outcome } = shortened(of, 5);
    expect(outcome).toMatchObject({ preemptions: 1, steps: 29 });
    expect(schedule.segments.map(({ thread }) => thread)).toEqual(['a', 'b', 'a']);
  });

  it('gives up after a bound that it reports, and is no worse then', () => {
    // Three values seen in turn, by a thread that looks three times: five preemptions among much else.
    const of = program(() => {
      const seen = word('seen');
      const own = word('own');
      return {
        *setter(): Op<void> {
          for (let value = 1; value <= 3; value++) {
            for (let i = 0; i < 6; i++) yield* own.add(1);
            yield* seen.store(value);
          }
        },
        *looker(): Op<void> {
          for (let value = 1; value <= 3; value++) {
            for (let i = 0; i < 6; i++) yield* own.add(1);
            if ((yield* seen.load()) !== value) return;
          }
          throw new Error('saw them all');
        },
      };
    });
    const segments = [8, 8, 7, 7, 7, 7].map((steps, at) => ({
      thread: at % 2 === 0 ? 'setter' : 'looker',
      steps,
    }));
    const { outcome: before } = replaySchedule(of, { segments, choices: [] });
    expect(before.violation?.kind).toBe('throw');
    const { outcome, shortening } = withAmbient(of.machine, () =>
      shorten(new Executor(of, 1000), { segments, choices: [] }, before),
    );
    expect(shortening).toMatchObject({ minimal: false, attempts: shortening.limit });
    expect(isShorter(before, outcome)).toBe(false);
  });
});

describe('explore', () => {
  it('reports what was done for a shorter witness, or that nothing was', () => {
    const of = program(() => {
      const state = shared({ n: 0 });
      function* writer(): Op<void> {
        state.n++;
      }
      return { a: writer, b: writer };
    });
    expect(explore(of).found[0]?.shortening).toMatchObject({ minimal: true, limit: 2000 });
    expect(explore(of, { shorten: false }).found[0]?.shortening).toBeNull();
  });
});
