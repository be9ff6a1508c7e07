import { describe, expect, it } from 'vitest';

import { dress } from '../../src/shared-state/stamp.js';
import { ORDER, shared } from '../../src/shared-state/index.js';
import { FakeHost, misuse } from './fake-host.js';

function world() {
  const host = new FakeHost();
  const s = host.build('s', () =>
    shared({
      n: 1,
      inner: { a: 1, b: 2 },
      list: [10, 20, 30],
      map: new Map<string, number>([
        ['x', 1],
        ['y', 2],
      ]),
      set: new Set<string>(['p', 'q']),
      get double() {
        return this.n * 2;
      },
      bump() {
        this.n++;
      },
    }),
  );
  // The containers are fetched outside any thread, where nothing is recorded.
  const { inner, list, map, set } = s;
  return { host, s, inner, list, map, set };
}

describe('objects', () => {
  it('record a read and a write of the key', () => {
    const { host, s } = world();
    expect(host.run('t', () => (s.n = s.n + 1))).toEqual(['R s.n', 'W s.n']);
    expect(s.n).toBe(2);
  });

  it('number the keys of one object consecutively', () => {
    const { host, inner } = world();
    const a = host.space.locationOf(inner, 'a')!;
    expect(host.space.locationOf(inner, 'b')).toBe(a + 1);
    expect(host.space.locationOf(inner, 'c')).toBeNull();
    expect(host.space.valueAt(a + 1)).toBe(2);
  });

  it('give getters and methods no location of their own, and the tracked object as this', () => {
    const { host, s } = world();
    expect(host.run('t', () => s.double)).toEqual(['R s.n']);
    expect(host.run('t', () => s.bump())).toEqual(['R s.bump', 'R s.n', 'W s.n']);
    expect(s.n).toBe(2);
  });

  it('record what a spread and Object.values read, not what Object.keys does', () => {
    const { host, inner } = world();
    expect(host.run('t', () => Object.keys(inner))).toEqual([]);
    expect(host.run('t', () => 'a' in inner)).toEqual([]);
    expect(host.run('t', () => Object.hasOwn(inner, 'a'))).toEqual([]);
    expect(host.run('t', () => Object.getOwnPropertyDescriptor(inner, 'a')!.get!())).toEqual(['R s.inner.a']);
    expect(host.run('t', () => Object.values(inner))).toEqual(['R s.inner.a', 'R s.inner.b']);
    expect(host.run('t', () => ({ ...inner }))).toEqual(['R s.inner.a', 'R s.inner.b']);
    expect(host.run('t', () => JSON.stringify(inner))).toContain('R s.inner.a');
  });

  it('call setters with the tracked object as this', () => {
    const host = new FakeHost();
    const s = host.build('s', () =>
      shared({
        n: 1,
        set twice(value: number) {
          this.n = value * 2;
        },
      }),
    );
    expect(host.run('t', () => (s.twice = 4))).toEqual(['W s.n']);
    expect(s.n).toBe(8);
  });

  it('record nothing during construction', () => {
    const host = new FakeHost();
    host.thread = 'construction';
    host.ambient(() => {
      const s = shared({ list: [1], map: new Map([[1, 2]]) });
      s.list.push(s.list[0]! + s.map.get(1)!);
      s.map.set(3, 4);
    });
    expect(host.accesses).toBe(0);
  });
});

describe('arrays', () => {
  it('record elements and length apart', () => {
    const { host, list } = world();
    expect(host.run('t', () => list[1])).toEqual(['R s.list[1]']);
    expect(host.run('t', () => list.length)).toEqual(['R s.list.length']);
    expect(host.run('t', () => (list[1] = 5))).toEqual(['W s.list[1]']);
    expect(host.run('t', () => list[7])).toEqual(['R s.list.length']);
  });

  it('let push write only the new element and length', () => {
    const { host, list } = world();
    expect(host.run('t', () => list.push(40))).toEqual(['R s.list.length', 'W s.list[3]', 'W s.list.length']);
    expect(host.run('t', () => (list[4] = 50))).toEqual([
      'R s.list.length',
      'W s.list[4]',
      'W s.list.length',
    ]);
    expect([...list]).toEqual([10, 20, 30, 40, 50]);
  });

  it.each<[string, (list: number[]) => unknown, string]>([
    ['pop', (list) => list.pop(), 'RL R2 W2 WL'],
    ['shift', (list) => list.shift(), 'RL R0 R1 R2 W0 W1 W2 WL'],
    ['unshift', (list) => list.unshift(5), 'RL R0 R1 R2 W0 W1 W2 W3 WL'],
    ['splice that removes', (list) => list.splice(1, 1), 'RL R1 R2 W1 W2 WL'],
    ['splice that inserts', (list) => list.splice(1, 0, 9), 'RL R1 R2 W1 W2 W3 WL'],
    ['splice that replaces', (list) => list.splice(1, 1, 9), 'RL R1 W1'],
    ['splice that does nothing', (list) => list.splice(3, 1), 'RL'],
    ['a shorter length', (list) => (list.length = 1), 'RL W1 W2 WL'],
    ['includes that finds', (list) => list.includes(20), 'RL R0 R1'],
    ['indexOf that misses', (list) => list.indexOf(99), 'RL R0 R1 R2'],
    ['find', (list) => list.find((n) => n === 20), 'RL R0 R1'],
    ['some', (list) => list.some((n) => n === 10), 'RL R0'],
    ['slice', (list) => list.slice(1), 'RL R1 R2'],
    ['at from the end', (list) => list.at(-1), 'RL R2'],
    ['at', (list) => list.at(1), 'R1'],
    ['for-of', (list) => void [...list], 'RL R0 RL R1 RL R2 RL'],
    ['the key in', (list) => 1 in list, 'RL'],
  ])('record the reads of %s before its writes', (_name, act, expected) => {
    const { host, list } = world();
    const short = host
      .run('t', () => act(list))
      .map((line) => line.replace(' s.list', '').replace('.length', 'L').replace(/[[\]]/g, ''));
    expect(short.join(' ')).toBe(expected);
  });

  it.each<[string, (list: number[]) => unknown]>([
    ['sort', (list) => list.sort((a, b) => b - a)],
    // oxlint-disable-next-line unicorn/no-array-reverse -- this is what is tested
    ['reverse', (list) => list.reverse()],
  ])('%s reads before it writes the same element', (_name, act) => {
    const { host, list } = world();
    const log = host.run('t', () => act(list));
    expect([...list]).toEqual([30, 20, 10]);
    for (const at of [0, 2]) {
      const [read, write] = [log.indexOf(`R s.list[${at}]`), log.indexOf(`W s.list[${at}]`)];
      expect(read).toBeGreaterThanOrEqual(0);
      expect(write).toBeGreaterThan(read);
    }
  });

  it('keep the locations of elements when they grow', () => {
    const { host, list } = world();
    const before = host.space.locationOf(list, 1);
    host.run('t', () => {
      for (let i = 0; i < 100; i++) list.push(i);
    });
    expect(host.space.locationOf(list, 1)).toBe(before);
    const all = Array.from({ length: 103 }, (_, at) => host.space.locationOf(list, at)!);
    expect(new Set(all).size).toBe(103);
    expect(all.map((at) => host.space.describe(at))).toEqual(all.map((_, at) => `s.list[${at}]`));
    expect(all.map((at) => host.space.valueAt(at))).toEqual([...list]);
  });

  it('iterate live, as native arrays do', () => {
    const { list } = world();
    const seen: number[] = [];
    for (const n of list) {
      seen.push(n);
      if (seen.length === 1) list.push(99);
    }
    expect(seen).toEqual([10, 20, 30, 99]);
    const done = list.values();
    for (let left = 5; left > 0; left--) done.next();
    list.push(100, 101, 102);
    expect(done.next()).toEqual({ value: undefined, done: true });
  });

  it('pass for arrays', () => {
    const { list } = world();
    expect(Array.isArray(list)).toBe(true);
    expect([1].concat(list)).toEqual([1, 10, 20, 30]);
    expect(list.toString()).toBe('10,20,30');
    expect(JSON.stringify(list)).toBe('[10,20,30]');
    expect(list).toEqual([10, 20, 30]);
  });
});

describe('Maps', () => {
  it('record keys apart from the order', () => {
    const { host, map } = world();
    expect(host.run('t', () => map.get('x'))).toEqual(['R s.map.get("x")']);
    expect(host.run('t', () => map.set('x', 7))).toEqual(['R s.map.get("x")', 'W s.map.get("x")']);
    expect(host.run('t', () => map.size)).toEqual(['R s.map.order']);
    expect(host.space.locationOf(map, ORDER)).not.toBeNull();
  });

  it('read the key before a set or delete writes it and the order', () => {
    const { host, map } = world();
    const three = ['R s.map.get("z")', 'W s.map.get("z")', 'W s.map.order'];
    expect(host.run('t', () => map.set('z', 3))).toEqual(three);
    expect(host.run('t', () => map.delete('z'))).toEqual(three);
    expect(host.run('t', () => map.delete('z'))).toEqual(['R s.map.get("z")']);
  });

  it('let a lookup that misses conflict with the insertion of that key', () => {
    const { host, map } = world();
    const [miss] = host.run('a', () => map.has('z'));
    expect(host.run('b', () => map.set('z', 3))).toContain(miss!.replace('R', 'W'));
  });

  it('record iteration', () => {
    const { host, map } = world();
    const [x, y, order] = ['R s.map.get("x")', 'R s.map.get("y")', 'R s.map.order'];
    expect(host.run('t', () => void [...map.keys()])).toEqual([order, order, order]);
    expect(host.run('t', () => void [...map])).toEqual([order, x, order, y, order]);
    expect(host.run('t', () => void [...map.values()])).toEqual([order, x, order, y, order]);
    expect(host.run('t', () => map.forEach(() => {}))).toEqual([order, x, order, y, order]);
    expect(host.run('t', () => new Map(map))).toEqual([order, x, order, y, order]);
    expect(host.run('t', () => map.clear())).toEqual([
      order,
      ...[x, y, order].map((line) => line.replace('R', 'W')),
    ]);
    expect(host.run('t', () => map.clear())).toEqual([order]);
  });
});

describe('methods of later engines', () => {
  it('are refused rather than left unrecorded', () => {
    const { host, map } = world();
    const later = Object.create(Reflect.getPrototypeOf(map)) as object;
    dress(later, { getOrInsert: () => 1 });
    Object.setPrototypeOf(map, later);
    const error = misuse(host, 'MP_PARAMETER', () =>
      (map as unknown as { getOrInsert(): void }).getOrInsert(),
    );
    expect(error.message).toContain('s.map.getOrInsert() is not tracked');
  });
});

describe('Sets', () => {
  it('read before they write, and write only what changes', () => {
    const { host, set } = world();
    const three = ['R s.set.has("z")', 'W s.set.has("z")', 'W s.set.order'];
    expect(host.run('t', () => set.has('p'))).toEqual(['R s.set.has("p")']);
    expect(host.run('t', () => set.add('p'))).toEqual(['R s.set.has("p")']);
    expect(host.run('t', () => set.add('z'))).toEqual(three);
    expect(host.run('t', () => set.delete('z'))).toEqual(three);
    expect(host.run('t', () => set.size)).toEqual(['R s.set.order']);
    expect(host.run('t', () => void [...set])).toEqual([
      'R s.set.order',
      'R s.set.has("p")',
      'R s.set.order',
      'R s.set.has("q")',
      'R s.set.order',
    ]);
    expect([...set.entries()]).toEqual([
      ['p', 'p'],
      ['q', 'q'],
    ]);
  });

  it('record the whole set for set algebra, where the engine has it', () => {
    const { host, set } = world();
    if (!('union' in Set.prototype)) return;
    const union = Reflect.get(set, 'union') as (other: Set<string>) => Set<string>;
    const log = host.run('t', () => expect([...union.call(set, new Set(['r']))]).toEqual(['p', 'q', 'r']));
    expect(log).toContain('R s.set.has("q")');
  });
});
