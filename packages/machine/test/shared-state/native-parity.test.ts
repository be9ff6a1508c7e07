import { describe, expect, it } from 'vitest';

import { shared } from '../../src/shared-state/index.js';
import { FakeHost, prng } from './fake-host.js';

type Random = (below: number) => number;
type Step<C> = (container: C) => unknown;

const PROGRAMS = 3000;

/** A random array operation, to be run on the tracked and on the native array. */
function arrayStep(random: Random): Step<number[]> {
  const [a, b, c] = [random(9) - 3, random(9) - 3, random(20)];
  const odd = (n: number) => n % 2 === 1;
  const steps: Step<number[]>[] = [
    (list) => list.push(a, c),
    (list) => list.push(),
    (list) => list.pop(),
    (list) => list.shift(),
    (list) => list.unshift(c, b),
    (list) => list.unshift(),
    (list) => list.splice(a, b, c),
    (list) => list.splice(a, b),
    (list) => list.splice(a),
    (list) => (list.splice as () => number[])(),
    (list) => list.splice(a, 0, b, c),
    (list) => list.splice(a, undefined as never),
    (list) => list.slice(a, b),
    (list) => list.slice(a),
    (list) => list.slice(),
    (list) => list.at(a),
    (list) => list[c],
    (list) => list.sort((x, y) => x - y),
    (list) => list.sort(),
    // oxlint-disable-next-line unicorn/no-array-reverse -- this is what is tested
    (list) => list.reverse(),
    (list) => list.fill(c, a, b),
    (list) => list.copyWithin(a, b),
    (list) => list.includes(c, a),
    (list) => list.indexOf(c, a),
    (list) => list.lastIndexOf(c),
    (list) => list.find(odd),
    (list) => list.findIndex(odd),
    (list) => list.findLast(odd),
    (list) => list.findLastIndex(odd),
    (list) => list.map((n, at) => n + at),
    (list) => list.filter(odd),
    (list) => list.some(odd),
    (list) => list.every(odd),
    (list) => list.reduce((sum, n) => sum + n, 0),
    (list) => list.reduceRight((sum, n) => sum * 3 + n, 0),
    (list) => list.join('-'),
    (list) => list.concat([c], list),
    (list) => list.flatMap((n) => [n, n]),
    (list) => [...list],
    (list) => [...list.entries()],
    (list) => [...list.keys()],
    (list) => [...list.values()],
    (list) => Object.keys(list),
    (list) => Object.entries(list),
    (list) => JSON.stringify(list),
    (list) => list.toString(),
    (list) => String(c) in list,
    (list) => list.toSorted(),
    (list) => list.toReversed(),
    (list) => list.toSpliced(a, 1, c),
    (list) => list.length,
    (list) => Array.from(list, (n) => n * 2),
    (list) => Math.max(...list),
    (list) => {
      const [first, ...rest] = list;
      return [first, rest];
    },
    (list) => {
      if (list.length > 0) list[c % list.length] = a;
    },
    (list) => (list[list.length] = c),
    (list) => (list.length = c % (list.length + 1)),
    // Callbacks that change what is walked.
    (list) => {
      const seen: unknown[] = [];
      list.forEach((n, at) => {
        seen.push(n, at);
        if (at === 0) list.pop();
        if (at === 1) list.push(c);
      });
      return seen;
    },
    (list) => list.map((n) => (list.length > 2 ? list.pop() : n)),
    (list) => list.find((n) => (list.shift(), n === undefined)),
    (list) => list.filter((n) => (list.length > 1 && list.pop(), n > 2)),
    (list) => list.some(() => (list.pop(), false)),
    (list) => list.every(() => (list.pop(), true)),
    (list) => {
      const seen: number[] = [];
      for (const n of list) {
        seen.push(n);
        if (seen.length < 4) list.push(n);
        if (seen.length === 6) list.length = 2;
      }
      return seen;
    },
  ];
  return steps[random(steps.length)]!;
}

function mapStep(random: Random): Step<Map<unknown, number>> {
  const key = (): unknown => [1, 'a', 'b', 'c', Number.NaN, 0, -0, undefined, null, true][random(10)];
  const [k, n] = [key(), random(50)];
  const steps: Step<Map<unknown, number>>[] = [
    (map) => map.get(k),
    (map) => map.has(k),
    (map) => map.set(k, n) === map,
    (map) => map.set(k, n).set(n, n).size,
    (map) => map.delete(k),
    (map) => (n < 10 ? map.clear() : undefined),
    (map) => map.size,
    (map) => [...map],
    (map) => [...map.keys()],
    (map) => [...map.values()],
    (map) => [...map.entries()],
    (map) => [...new Map(map)],
    (map) => Object.fromEntries(map),
    (map) => Array.from(map.values(), (value) => value * 2),
    (map) => Object.prototype.toString.call(map),
    (map) => {
      const seen: unknown[] = [];
      map.forEach(function (this: unknown, value, at, self) {
        seen.push(this, at, value, self === map);
        if (seen.length < 12) map.set(seen.length, value);
        map.delete('a');
      }, 'self');
      return seen;
    },
    (map) => {
      const seen: unknown[] = [];
      for (const [at, value] of map) {
        seen.push(at, value);
        map.delete('b');
        if (seen.length < 8) map.set(`x${seen.length}`, 1);
      }
      return seen;
    },
    (map) => {
      const iterator = map.keys();
      return [iterator.next(), iterator.next(), iterator[Symbol.iterator]() === iterator];
    },
  ];
  return steps[random(steps.length)]!;
}

function setStep(random: Random): Step<Set<unknown>> {
  const member = [1, 'a', 'b', 'c', Number.NaN, 0, -0, undefined, null][random(9)];
  const n = random(50);
  const steps: Step<Set<unknown>>[] = [
    (set) => set.has(member),
    (set) => set.add(member) === set,
    (set) => set.add(n).add(member).size,
    (set) => set.delete(member),
    (set) => (n < 10 ? set.clear() : undefined),
    (set) => [...set],
    (set) => [...set.keys()],
    (set) => [...set.entries()],
    (set) => [...new Set(set)],
    (set) => Array.from(set, String),
    (set) => {
      const seen: unknown[] = [];
      set.forEach((value, again, self) => {
        seen.push(value, again, self === set);
        if (seen.length < 12) set.add(seen.length);
        set.delete('a');
      });
      return seen;
    },
    (set) => {
      const seen: unknown[] = [];
      for (const value of set) {
        seen.push(value);
        set.delete('b');
        if (seen.length < 5) set.add(`x${seen.length}`);
      }
      return seen;
    },
  ];
  return steps[random(steps.length)]!;
}

/** Runs random programs on a tracked container and on a native one and compares every result and the final state. */
function compare<C extends object>(
  what: string,
  fresh: () => C,
  step: (random: Random) => Step<C>,
  plain: (c: C) => unknown,
): number {
  const host = new FakeHost();
  host.logging = false;
  host.build('nothing', () => shared({}));
  let steps = 0;
  for (let program = 0; program < PROGRAMS; program++) {
    const random = prng(program);
    host.run('t', () => {
      const [tracked, native] = [shared(fresh() as object) as C, fresh()];
      for (let left = 12; left > 0; left--, steps++) {
        const act = step(random);
        const [got, wanted] = [attempt(act, tracked), attempt(act, native)];
        // Deep equality of the test runner is slow; it only words the failure.
        if (show(got) !== show(wanted))
          expect(got, `${what} program ${program}: ${String(act)}`).toEqual(wanted);
        if (show(plain(tracked)) !== show(plain(native)))
          expect(tracked, `${what} program ${program}: ${String(act)}`).toEqual(native);
      }
    });
    host.reset();
  }
  expect(host.accesses).toBeGreaterThan(steps);
  return steps;
}

function attempt<C>(act: Step<C>, container: C): unknown {
  try {
    return act(container);
  } catch (error) {
    return String(error);
  }
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part === undefined
      ? 'undefined'
      : Object.is(part, -0)
        ? '-0'
        : typeof part === 'number'
          ? String(part)
          : part,
  );

describe('3,000 random programs of 12 steps do to tracked containers what they do to native ones', () => {
  it('arrays', () => {
    const steps = compare<number[]>(
      'array',
      () => [3, 1, 4, 1, 5],
      arrayStep,
      (list) => [...list],
    );
    expect(steps).toBe(PROGRAMS * 12);
  });

  it('Maps', () => {
    const steps = compare<Map<unknown, number>>(
      'Map',
      () =>
        new Map<unknown, number>([
          ['a', 1],
          ['b', 2],
          [0, 3],
        ]),
      mapStep,
      (map) => [...map],
    );
    expect(steps).toBe(PROGRAMS * 12);
  });

  it('Sets', () => {
    const steps = compare<Set<unknown>>(
      'Set',
      () => new Set<unknown>(['a', 'b', 0]),
      setStep,
      (set) => [...set],
    );
    expect(steps).toBe(PROGRAMS * 12);
  });
});
