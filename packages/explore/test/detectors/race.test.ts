import type { Machine } from '@movable-pages/machine';
import { completion, shared, spinLock, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, replaySchedule, type Program } from '../../src/index.ts';
import { program } from '../support.ts';

/** The races that a whole search finds. */
function races(of: Program) {
  const { found } = explore(of, { preemptions: 3 });
  expect(found.every(({ violation }) => violation.code === 'MP_DATA_RACE')).toBe(true);
  return found.map((each) => each.violation);
}

describe('a race of a plain access with an operation on the same word', () => {
  type Way = 'load' | 'store' | 'fetchAdd' | 'add' | 'hit' | 'miss' | 'read' | 'write';

  function* access(machine: Machine, at: ReturnType<typeof word>, way: Way): Op<void> {
    if (way === 'load') yield* at.load();
    else if (way === 'store') yield* at.store(1);
    else if (way === 'fetchAdd') yield* at.fetchAdd(1);
    else if (way === 'add') yield* at.add(1);
    else if (way === 'hit') yield* at.compareExchange(0, 1);
    else if (way === 'miss') yield* at.compareExchange(99, 1);
    else if (way === 'read') machine.readWord(at.location);
    else machine.writeWord(at.location, 1);
  }

  const pair = (one: Way, two: Way, locked = false) =>
    program((machine) => {
      const [x, pace, lock] = [word('x'), word('pace'), spinLock('lock')];
      function* body(way: Way): Op<void> {
        yield* pace.load();
        if (locked) yield* lock.acquire();
        yield* access(machine, x, way);
        if (locked) yield* lock.release();
      }
      return { one: () => body(one), two: () => body(two) };
    });

  it.each([
    ['write', 'load'],
    ['write', 'store'],
    ['write', 'fetchAdd'],
    ['write', 'miss'],
    ['read', 'store'],
    ['read', 'add'],
    ['read', 'fetchAdd'],
    ['read', 'hit'],
  ] as const)('is found: %s and %s', (plain, operation) => {
    for (const of of [pair(plain, operation), pair(operation, plain)]) {
      const [violation] = races(of);
      expect(violation).toMatchObject({
        subject: 'x',
        details: { expected: 'only operations on x, or one lock around every access' },
      });
      expect(violation!.message).toContain('plainly');
      expect(violation!.details.here).toContain('race.test.ts');
      expect(violation!.details.there).toContain('race.test.ts');
    }
  });

  it.each([
    ['read', 'load'],
    ['read', 'miss'],
    ['read', 'read'],
    ['store', 'fetchAdd'],
    ['add', 'load'],
  ] as const)('is none: %s and %s', (one, two) => {
    expect(races(pair(one, two))).toEqual([]);
  });

  it('is none under one lock', () => {
    expect(races(pair('write', 'store', true))).toEqual([]);
    expect(races(pair('read', 'add', true))).toEqual([]);
  });

  it('is none if the plain write comes before the operation that hands it over', () => {
    const publish = program((machine) => {
      const [x, done] = [word('x'), completion('done')];
      return {
        *writer() {
          machine.writeWord(x.location, 7);
          yield* done.complete();
        },
        *reader() {
          yield* done.wait();
          yield* x.load();
        },
      };
    });
    expect(races(publish)).toEqual([]);
  });
});

describe('the report of a race', () => {
  it('says how the value changed', () => {
    const lost = program(() => {
      const state = shared({ n: 5 });
      const pace = word('pace');
      return {
        *reader() {
          yield* pace.load();
          return state.n;
        },
        *writer() {
          yield* pace.load();
          state.n = 6;
        },
      };
    });
    const [found] = explore(lost).found;
    expect(found!.violation.valueChanged).toEqual({ from: '5', to: '6' });
    expect(replaySchedule(lost, found!.schedule).violation?.valueChanged).toEqual({ from: '5', to: '6' });
  });

  it('says nothing of a value that did not change', () => {
    const same = program(() => {
      const state = shared({ n: 5 });
      const pace = word('pace');
      function* write(): Op<void> {
        yield* pace.load();
        state.n = 5;
      }
      return { one: write, two: write };
    });
    const [violation] = races(same);
    expect(violation!.valueChanged).toBeUndefined();
  });
});
