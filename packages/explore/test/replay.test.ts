import { choose, Machine, mutex, spinLock, withAmbient, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  Executor,
  explore,
  RandomWalk,
  Replay,
  replaySchedule,
  violationKey,
  type Program,
  type Schedule,
} from '../src/index.ts';
import { failingProgram } from './failing-programs.fixture.ts';

function program(build: (machine: Machine) => Record<string, () => Op<unknown>>): Program {
  const machine = new Machine({ words: 512 });
  machine.construct(() => {
    for (const [name, body] of Object.entries(build(machine))) machine.thread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: [] };
}

/** What may be done to the program after the token was made. */
interface Edit {
  /** Another operation in the driver, before what matters. */
  readonly logs?: boolean;
  /** Another word and another lock, made first. */
  readonly more?: boolean;
  /** Another thread of another name. */
  readonly other?: string;
  /** The load and the store under one lock. */
  readonly mended?: boolean;
  /** The store does not come any more. */
  readonly readOnly?: boolean;
  readonly names?: readonly [string, string];
}

/** Two threads that add one by a load and a store, and a third that must not see the sum of one. */
function adders({ logs, more, other, mended, readOnly, names = ['A', 'B'] }: Edit = {}): Program {
  return program(() => {
    if (more === true) word('another word');
    const log = word('log');
    const another = mutex('another lock');
    const lock = spinLock('lock');
    const sum = word('sum');
    const ended = word('ended');
    function* add(): Op<void> {
      if (logs === true) yield* log.add(1);
      if (more === true) {
        yield* another.acquire();
        yield* another.release();
      }
      if (mended === true) yield* lock.acquire();
      const seen = yield* sum.load();
      if (readOnly !== true) yield* sum.store(seen + 1);
      if (mended === true) yield* lock.release();
      if ((yield* ended.fetchAdd(1)) === 1 && (yield* sum.load()) === 1) throw new Error('lost');
    }
    return {
      [names[0]]: add,
      [names[1]]: add,
      ...(other === undefined
        ? {}
        : {
            *[other](): Op<void> {
              yield* log.add(1);
            },
          }),
    };
  });
}

const lost = explore(adders(), { faults: 0 }).found[0]!;

describe('a schedule of a finding', () => {
  it('says by name where each thread is left', () => {
    expect(lost.schedule.segments).toEqual([
      { thread: 'A', steps: 2, until: { operation: 'store sum', occurrence: 0 } },
      { thread: 'B', steps: 4, until: 'end' },
      { thread: 'A', steps: 3 },
    ]);
  });

  it('counts which operation of a name it is', () => {
    const { found } = explore(
      program(() => {
        const x = word('x');
        return {
          *a(): Op<void> {
            for (let i = 0; i < 3; i++) yield* x.store(i);
          },
          *b(): Op<void> {
            if ((yield* x.load()) === 1) throw new Error('seen');
          },
        };
      }),
    );
    expect(found[0]!.schedule.segments[0]).toEqual({
      thread: 'a',
      steps: 3,
      until: { operation: 'store x', occurrence: 2 },
    });
  });

  it.each<[string, Edit]>([
    ['nothing', {}],
    ['an operation added elsewhere', { logs: true }],
    ['another word and another lock', { more: true }],
    ['another thread', { other: 'C' }],
    ['all of that', { logs: true, more: true, other: 'D' }],
  ])('still finds the same after %s', (_, edit) => {
    const again = replaySchedule(adders(edit), lost.schedule);
    expect(again.misfits).toEqual([]);
    expect(violationKey(again.violation!)).toBe(violationKey(lost.violation));
    expect(again.outcome.preemptions).toBe(1);
  });

  it('does not depend on the names of threads that are not in it', () => {
    const found = explore(adders({ other: 'C' }), { faults: 0 }).found[0]!;
    const again = replaySchedule(adders({ other: 'renamed' }), found.schedule);
    expect(again).toMatchObject({ misfits: [], violation: { message: 'A threw Error: lost' } });
  });
});

describe('a schedule that does not fit any more', () => {
  it('says that a lock stands in its way, and finds nothing', () => {
    const { misfits, violation } = replaySchedule(adders({ mended: true }), lost.schedule);
    expect(misfits).toEqual([
      {
        kind: 'blocked',
        segment: 1,
        thread: 'B',
        expected: null,
        instead: 'acquire lock',
        message: 'B cannot go on: it waits in "acquire lock"',
      },
    ]);
    expect(violation).toBeNull();
  });

  it('names the operation that is gone and what is there instead', () => {
    const { misfits } = replaySchedule(adders({ readOnly: true }), lost.schedule);
    expect(misfits).toEqual([
      {
        kind: 'operation',
        segment: 0,
        thread: 'A',
        expected: 'store sum',
        instead: 'fetchAdd ended',
        message: 'A does not come to "store sum" any more; after 2 steps it is at "fetchAdd ended"',
      },
    ]);
  });

  it('names the thread that is gone', () => {
    const { misfits } = replaySchedule(adders({ names: ['A', 'Z'] }), lost.schedule);
    expect(misfits.map(({ kind, message }) => [kind, message])).toEqual([['thread', 'there is no thread B']]);
  });

  it('says which time of an operation is gone', () => {
    const twice: Schedule = {
      segments: [
        { thread: 'A', steps: 3, until: { operation: 'store sum', occurrence: 1 } },
        { thread: 'B', steps: 4, until: 'end' },
        { thread: 'A', steps: 3 },
      ],
      choices: [],
    };
    const { misfits } = replaySchedule(adders(), twice);
    expect(misfits).toMatchObject([
      { kind: 'occurrence', segment: 0, expected: 'store sum', instead: 'fetchAdd ended' },
    ]);
    expect(misfits[0]!.message).toMatch(/^A was left before its 2nd "store sum" and does that once now; /);
  });

  it('looks at the next times of an operation before it says that nothing is wrong', () => {
    const twice = (locks: number): Program =>
      program(() => {
        const lock = spinLock('lock');
        const x = word('x');
        return {
          *a(): Op<void> {
            for (let i = 0; i < locks; i++) {
              yield* lock.acquire();
              yield* lock.release();
            }
            const seen = yield* x.load();
            yield* lock.acquire();
            if ((yield* x.load()) !== seen) throw new Error('changed');
            yield* lock.release();
          },
          *b(): Op<void> {
            yield* lock.acquire();
            yield* x.store(1);
            yield* lock.release();
          },
        };
      });
    const found = explore(twice(0)).found[0]!;
    expect(found.schedule.segments[0]!.until).toEqual({ operation: 'acquire lock', occurrence: 0 });
    const again = replaySchedule(twice(2), found.schedule);
    expect(again.violation?.message).toBe(found.violation.message);
    expect(again.misfits.map(({ kind, message }) => [kind, message])).toEqual([
      ['moved', 'a was left before its 1st "acquire lock"; left before its 3rd it fails'],
    ]);
  });

  it('says that a thread ended before its steps, and which answers nobody asks for', () => {
    const { misfits } = replaySchedule(
      program(() => ({
        *a(): Op<void> {
          yield* choose('fails', 2);
        },
        *b(): Op<void> {},
      })),
      {
        segments: [
          { thread: 'a', steps: 5 },
          { thread: 'b', steps: 1 },
        ],
        choices: [
          { name: 'fails', thread: 'a', occurrence: 0, value: 2 },
          { name: 'fails', thread: 'a', occurrence: 1, value: 1 },
        ],
      },
    );
    expect(misfits.map(({ kind, message }) => [kind, message])).toEqual([
      ['ended', 'a ended after 2 of 5 steps'],
      ['choice', 'a does not ask "fails" for the 1st time, or 2 is no answer to it'],
      ['choice', 'a does not ask "fails" for the 2nd time, or 1 is no answer to it'],
    ]);
  });

  it('is followed as far as it goes all the same', () => {
    const { segments } = lost.schedule;
    const { misfits, violation } = replaySchedule(adders(), {
      segments: [{ thread: 'nobody', steps: 3, until: 'end' }, ...segments],
      choices: [],
    });
    expect(misfits).toHaveLength(1);
    expect(violation?.message).toBe(lost.violation.message);
  });
});

it('replays any schedule by name exactly as it was recorded', () => {
  let switches = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const of = failingProgram(seed);
    withAmbient(of.machine, () => {
      const executor = new Executor(of, 1000);
      const walk = new RandomWalk(seed, 5, 2);
      while (walk.nextExecution()) {
        executor.run(walk);
        const counted = executor.schedule();
        const first = replaySchedule(of, counted);
        const named = first.schedule;
        switches += named.segments.length - 1;
        expect(named.segments.slice(0, -1).every(({ until }) => until !== undefined)).toBe(true);
        // Without the numbers of steps only the names are left to go by.
        const bare = named.segments.map((segment, at) =>
          at === named.segments.length - 1 ? segment : { ...segment, steps: 0 },
        );
        const byName = new Replay({ ...named, segments: bare });
        byName.nextExecution();
        executor.run(byName);
        expect(executor.schedule(), `program ${seed}`).toEqual(counted);
        const again = replaySchedule(of, named);
        expect(again, `program ${seed}`).toEqual({ ...first, misfits: [] });
      }
    });
  }
  expect(switches).toBeGreaterThan(500);
}, 60_000);
